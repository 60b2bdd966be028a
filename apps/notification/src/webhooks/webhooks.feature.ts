import { defineFeature } from '@ciep/platform';
import { ChangeWebhook } from './change-webhook.use-case.js';
import { CreateWebhook } from './create-webhook.use-case.js';
import { DeleteWebhook } from './delete-webhook.use-case.js';
import { DisableWebhook } from './disable-webhook.use-case.js';
import { EnableWebhook } from './enable-webhook.use-case.js';
import { HostResolver, SystemResolver } from './host-resolver.service.js';
import { RotateWebhookSecret } from './rotate-webhook-secret.use-case.js';
import { SealedSecrets } from './sealed-secrets.service.js';
import { WebhookEventTypesController } from './webhook-event-types.controller.js';
import { WebhookOwners } from './webhook-owner.service.js';
import { WebhookSecrets } from './webhook-secrets.service.js';
import { WebhookSwitchesController } from './webhook-switches.controller.js';
import { WebhookTargets } from './webhook-targets.service.js';
import { Webhook } from './webhook.entity.js';
import { WebhookRepository } from './webhook.repository.js';
import { WebhooksController } from './webhooks.controller.js';
import { WebhookQueries } from './webhooks.queries.js';

export const webhooks = defineFeature({
  controllers: [WebhookEventTypesController, WebhookSwitchesController, WebhooksController],
  providers: [
    ChangeWebhook,
    CreateWebhook,
    DeleteWebhook,
    DisableWebhook,
    EnableWebhook,
    RotateWebhookSecret,
    SealedSecrets,
    WebhookOwners,
    WebhookQueries,
    WebhookRepository,
    WebhookSecrets,
    WebhookTargets,
    { provide: HostResolver, useClass: SystemResolver },
  ],
  entities: [Webhook],
});
