import { NotFound } from '@ciep/kernel';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { Owner } from '../webhooks/webhook-audience.rules.js';
import { WebhookRepository } from '../webhooks/webhook.repository.js';
import { DeliveryQueue } from './delivery-queue.service.js';

@Injectable()
export class Redeliver {
  constructor(
    private readonly webhooks: WebhookRepository,
    private readonly queue: DeliveryQueue,
  ) {}

  /** Sends it again at once, whatever its outcome was; a failure restarts the retry schedule. */
  async execute({ id, deliveryId, owner }: { id: string; deliveryId: string; owner: Owner }, tx: Tx): Promise<void> {
    const webhook = await this.webhooks.in(tx).get(id, { ...owner });
    webhook.assertEnabled();
    if (!(await this.queue.again(deliveryId, id, tx))) throw new NotFound('delivery', deliveryId);
  }
}
