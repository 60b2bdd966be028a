import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { Owner } from './webhook-audience.rules.js';
import { WebhookRepository } from './webhook.repository.js';

@Injectable()
export class DisableWebhook {
  constructor(private readonly webhooks: WebhookRepository) {}

  async execute({ id, owner, version }: { id: string; owner: Owner; version: number }, tx: Tx): Promise<void> {
    await this.webhooks.in(tx).update(id, webhook => webhook.disable('owner'), { version, scope: { ...owner } });
  }
}
