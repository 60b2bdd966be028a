import { portalEvents } from '@ciep/contracts';
import { defineService } from '@ciep/platform';
import { CreateNotification1700000000001 } from './database/migrations/1700000000001-create-notification.js';
import { AddEventFeed1700000000002 } from './database/migrations/1700000000002-add-event-feed.js';
import { deliveries } from './deliveries/deliveries.feature.js';
import { webhookDocument } from './deliveries/webhook-document.rules.js';
import { feed } from './feed/feed.feature.js';
import { mails } from './mails/mails.feature.js';
import { NotificationConfig } from './notification.config.js';
import { redeliveries } from './redeliveries/redeliveries.feature.js';
import { webhooks } from './webhooks/webhooks.feature.js';

export const notification = defineService({
  name: 'notification',
  features: [deliveries, feed, mails, redeliveries, webhooks],
  migrations: [CreateNotification1700000000001, AddEventFeed1700000000002],
  config: NotificationConfig,
  document: webhookDocument(portalEvents),
});
