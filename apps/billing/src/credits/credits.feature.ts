import { defineFeature } from '@ciep/platform';
import { CreditQueries } from './credit.queries.js';
import { CreditsController } from './credits.controller.js';
import { RecordRefund } from './record-refund.use-case.js';
import { Refund } from './refund.entity.js';
import { RefundRepository } from './refund.repository.js';

export const credits = defineFeature({
  controllers: [CreditsController],
  providers: [CreditQueries, RecordRefund, RefundRepository],
  entities: [Refund],
});
