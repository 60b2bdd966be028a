import { Clock, newId } from '@ciep/kernel';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { DeliveryQueue } from '../deliveries/delivery-queue.service.js';
import { positionAt } from '../feed/feed-positions.rules.js';
import { NotificationConfig } from '../notification.config.js';
import { readerOf, type Owner } from '../webhooks/webhook-audience.rules.js';
import { WebhookRepository } from '../webhooks/webhook.repository.js';
import { assertRedeliverable, mostAtOnce, Redelivery } from './redelivery.entity.js';
import { RedeliveryRepository } from './redelivery.repository.js';

@Injectable()
export class RedeliverEvents {
  constructor(
    private readonly webhooks: WebhookRepository,
    private readonly redeliveries: RedeliveryRepository,
    private readonly queue: DeliveryQueue,
    private readonly config: NotificationConfig,
    private readonly clock: Clock,
  ) {}

  /** Sends what happened from `since` to `until` again, in order; also what happened before the endpoint was there. */
  async execute(
    command: {
      id: string;
      owner: Owner;
      since: Date;
      until?: Date | undefined;
      eventTypes?: readonly string[] | undefined;
      onlyFailed: boolean;
    },
    tx: Tx,
  ): Promise<Redelivery> {
    const { id: webhookId, owner, since, onlyFailed } = command;
    // Locked, so that one redelivery of an endpoint is planned at a time.
    const subscribed = await this.webhooks.in(tx).update(
      webhookId,
      webhook => {
        webhook.assertEnabled();
        return webhook.eventTypes;
      },
      { scope: { ...owner } },
    );
    const now = this.clock.now();
    const wanted = { since, until: command.until ?? now, eventTypes: command.eventTypes ?? subscribed, onlyFailed };
    assertRedeliverable(wanted, subscribed, now, this.config.feedDays);
    // Without an end it includes what was taken in at this very instant.
    const to = command.until === undefined ? Number.MAX_SAFE_INTEGER : positionAt(command.until);
    const range = { from: positionAt(since), to, types: wanted.eventTypes, onlyFailed };
    const endpoint = { webhookId, organisationId: owner.organisationId, reader: readerOf(owner) };
    const events = await this.queue.redeliver({ ...endpoint, ...range }, mostAtOnce.events + 1, tx);
    const redelivery = Redelivery.of(newId(), webhookId, wanted, events);
    await this.redeliveries.in(tx).insert(redelivery);
    return redelivery;
  }
}
