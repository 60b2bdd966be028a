import { defineFeature } from '@ciep/platform';
import { DeliverWebhooks } from './deliver-webhooks.job.js';
import { DeliveriesController } from './deliveries.controller.js';
import { DeliveryQueries } from './deliveries.queries.js';
import { deliveryInvariants, DeliveryQueue } from './delivery-queue.service.js';
import { ForgetOldDeliveries } from './forget-old-deliveries.job.js';
import { PingWebhook } from './ping-webhook.use-case.js';
import { Redeliver } from './redeliver.use-case.js';
import { TellWebhooks } from './tell-webhooks.reaction.js';
import { WebhookClient } from './webhook-client.service.js';

export const deliveries = defineFeature({
  controllers: [DeliveriesController],
  reactions: [TellWebhooks],
  jobs: [DeliverWebhooks, ForgetOldDeliveries],
  providers: [DeliveryQueries, DeliveryQueue, PingWebhook, Redeliver, WebhookClient],
  invariants: deliveryInvariants,
});
