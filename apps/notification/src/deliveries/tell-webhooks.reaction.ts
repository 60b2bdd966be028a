import { portalEvent, portalEvents } from '@ciep/contracts';
import { ReactsTo, type ReactionContext } from '@ciep/platform';
import { Controller } from '@nestjs/common';
import { EventFeed } from '../feed/event-feed.service.js';
import { NotificationConfig } from '../notification.config.js';
import { readersOf } from '../webhooks/webhook-audience.rules.js';
import { DeliveryQueue } from './delivery-queue.service.js';

/**
 * Queues a delivery for each endpoint that subscribes to an event, and adds the event to the feed. The inbox stores the class name, so
 * renaming the class strands waiting events.
 */
@Controller()
export class TellWebhooks {
  constructor(
    private readonly deliveries: DeliveryQueue,
    private readonly feed: EventFeed,
    private readonly config: NotificationConfig,
  ) {}

  @ReactsTo(...portalEvents)
  async on(data: object, { event, tx }: ReactionContext): Promise<void> {
    const { id, type, subject } = event;
    const readers = readersOf(type, data as Readonly<Record<string, unknown>>);
    // The same bytes in every attempt: they are what is signed.
    const told = { id, type, subject, body: JSON.stringify(portalEvent(event, this.config.publicUrl)), readers };
    await this.deliveries.addForEvent(told, tx);
    await this.feed.add(told, tx);
  }
}
