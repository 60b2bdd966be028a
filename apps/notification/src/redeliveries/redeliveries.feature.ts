import { defineFeature } from '@ciep/platform';
import { RedeliveriesController } from './redeliveries.controller.js';
import { RedeliverEvents } from './redeliver-events.use-case.js';
import { Redelivery } from './redelivery.entity.js';
import { RedeliveryRepository } from './redelivery.repository.js';

export const redeliveries = defineFeature({
  controllers: [RedeliveriesController],
  providers: [RedeliverEvents, RedeliveryRepository],
  entities: [Redelivery],
});
