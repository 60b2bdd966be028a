import { Clock } from '@ciep/kernel';
import { Database, defineService } from '@ciep/platform';
import { Module } from '@nestjs/common';
import { CreateNotification1700000000001 } from './database/migrations/1700000000001-create-notification.js';
import { DeliveriesController } from './deliveries/deliveries.controller.js';
import { DeliveryQueries } from './deliveries/deliveries.queries.js';
import { deliveryInvariants } from './deliveries/delivery-invariants.queries.js';
import { DeliveryLog } from './deliveries/delivery-log.service.js';
import { DeliveryQueue } from './deliveries/delivery-queue.service.js';
import { DeliverWebhooks } from './deliveries/deliver-webhooks.job.js';
import { ForgetOldDeliveries } from './deliveries/forget-old-deliveries.job.js';
import { PingWebhook } from './deliveries/ping-webhook.use-case.js';
import { Redeliver } from './deliveries/redeliver.use-case.js';
import { TellWebhooksWhenAgreementMoves } from './deliveries/tell-webhooks-when-agreement-moves.reaction.js';
import { TellWebhooksWhenApplicationMoves } from './deliveries/tell-webhooks-when-application-moves.reaction.js';
import { TellWebhooksWhenInvoiceMoves } from './deliveries/tell-webhooks-when-invoice-moves.reaction.js';
import { WebhookClient } from './deliveries/webhook-client.service.js';
import { DevelopmentMailsController } from './mails/development-mails.controller.js';
import { DevelopmentMailQueries } from './mails/development-mails.queries.js';
import { IdentityDirectory } from './mails/identity-directory.service.js';
import { Letters } from './mails/letters.service.js';
import { mailInvariants } from './mails/mail-invariants.queries.js';
import { MailLinkWhenVerificationRequested } from './mails/mail-link-when-verification-requested.reaction.js';
import { MailQueue } from './mails/mail-queue.service.js';
import { MailWriter } from './mails/mail-writer.service.js';
import { MailsController } from './mails/mails.controller.js';
import { MailQueries } from './mails/mails.queries.js';
import { PostOffice } from './mails/post-office.service.js';
import { ReadableOutbox } from './mails/readable-outbox.service.js';
import { RetryMail } from './mails/retry-mail.use-case.js';
import { SendMails } from './mails/send-mails.job.js';
import { SmtpPostOffice } from './mails/smtp-post-office.service.js';
import { WriteMailsWhenAgreementMoves } from './mails/write-mails-when-agreement-moves.reaction.js';
import { WriteMailsWhenApplicationMoves } from './mails/write-mails-when-application-moves.reaction.js';
import { WriteMailsWhenInvoiceMoves } from './mails/write-mails-when-invoice-moves.reaction.js';
import { NotificationConfig } from './notification.config.js';
import { ChangeWebhook } from './webhooks/change-webhook.use-case.js';
import { CreateWebhook } from './webhooks/create-webhook.use-case.js';
import { DeleteWebhook } from './webhooks/delete-webhook.use-case.js';
import { DisableWebhook } from './webhooks/disable-webhook.use-case.js';
import { EnableWebhook } from './webhooks/enable-webhook.use-case.js';
import { HostResolver, SystemResolver } from './webhooks/host-resolver.service.js';
import { RotateWebhookSecret } from './webhooks/rotate-webhook-secret.use-case.js';
import { SealedSecrets } from './webhooks/sealed-secrets.service.js';
import { WebhookEventTypesController } from './webhooks/webhook-event-types.controller.js';
import { WebhookSwitchesController } from './webhooks/webhook-switches.controller.js';
import { WebhookTargets } from './webhooks/webhook-targets.service.js';
import { Webhook } from './webhooks/webhook.entity.js';
import { WebhookRepository } from './webhooks/webhook.repository.js';
import { WebhookSecrets } from './webhooks/webhook-secrets.service.js';
import { WebhooksController } from './webhooks/webhooks.controller.js';
import { WebhookQueries } from './webhooks/webhooks.queries.js';

const reactions = [
  MailLinkWhenVerificationRequested,
  WriteMailsWhenApplicationMoves,
  WriteMailsWhenAgreementMoves,
  WriteMailsWhenInvoiceMoves,
  TellWebhooksWhenApplicationMoves,
  TellWebhooksWhenAgreementMoves,
  TellWebhooksWhenInvoiceMoves,
];
const mails = [DevelopmentMailQueries, IdentityDirectory, Letters, MailQueries, MailQueue, MailWriter, RetryMail, SendMails];
const webhooks = [
  ChangeWebhook,
  CreateWebhook,
  DeleteWebhook,
  DisableWebhook,
  EnableWebhook,
  RotateWebhookSecret,
  SealedSecrets,
  WebhookQueries,
  WebhookRepository,
  WebhookSecrets,
  WebhookTargets,
];
const deliveries = [
  DeliverWebhooks,
  DeliveryLog,
  DeliveryQueries,
  DeliveryQueue,
  ForgetOldDeliveries,
  PingWebhook,
  Redeliver,
  WebhookClient,
];

@Module({
  controllers: [
    DeliveriesController,
    DevelopmentMailsController,
    MailsController,
    WebhookEventTypesController,
    WebhookSwitchesController,
    WebhooksController,
    ...reactions,
  ],
  providers: [
    ...mails,
    ...webhooks,
    ...deliveries,
    { provide: HostResolver, useClass: SystemResolver },
    {
      provide: PostOffice,
      inject: [NotificationConfig, Database, Clock],
      useFactory: ({ smtpUrl, mailFrom }: NotificationConfig, database: Database, clock: Clock) =>
        smtpUrl === undefined ? new ReadableOutbox(database, clock) : new SmtpPostOffice(smtpUrl, mailFrom),
    },
  ],
})
class NotificationModule {}

export const notification = defineService({
  name: 'notification',
  module: NotificationModule,
  entities: [Webhook],
  migrations: [CreateNotification1700000000001],
  invariants: [...mailInvariants, ...deliveryInvariants],
  config: NotificationConfig,
  retention: [{ table: 'development_mails', since: 'created_at', keep: '7 days' }],
});
