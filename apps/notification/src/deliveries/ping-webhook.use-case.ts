import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { Owner } from '../webhooks/webhook-audience.rules.js';
import { WebhookRepository } from '../webhooks/webhook.repository.js';
import { DeliveryQueue } from './delivery-queue.service.js';

@Injectable()
export class PingWebhook {
  constructor(
    private readonly webhooks: WebhookRepository,
    private readonly queue: DeliveryQueue,
  ) {}

  /** Returns the id of the delivery. */
  async execute({ id, owner }: { id: string; owner: Owner }, tx: Tx): Promise<string> {
    const webhook = await this.webhooks.in(tx).get(id, { ...owner });
    webhook.assertEnabled();
    return this.queue.ping(webhook, tx);
  }
}
