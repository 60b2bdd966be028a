import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { Owner } from './webhook-audience.rules.js';
import { WebhookRepository } from './webhook.repository.js';

@Injectable()
export class DeleteWebhook {
  constructor(private readonly webhooks: WebhookRepository) {}

  /** Its waiting deliveries and its delivery log are deleted with it. */
  async execute({ id, owner, version }: { id: string; owner: Owner; version: number }, tx: Tx): Promise<void> {
    await this.webhooks.in(tx).remove(id, () => undefined, { version, scope: { ...owner } });
  }
}
