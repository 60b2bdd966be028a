import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { Owner } from './webhook-audience.rules.js';
import type { Webhook } from './webhook.entity.js';
import { WebhookRepository } from './webhook.repository.js';
import { WebhookTargets } from './webhook-targets.service.js';

@Injectable()
export class ChangeWebhook {
  constructor(
    private readonly webhooks: WebhookRepository,
    private readonly targets: WebhookTargets,
  ) {}

  async execute(
    { id, owner, version, ...given }: { id: string; owner: Owner; version: number } & Parameters<Webhook['change']>[0],
    tx: Tx,
  ): Promise<void> {
    const webhooks = this.webhooks.in(tx);
    // Names are looked up only for an owner, and before the row is locked, because a lookup may be slow.
    await webhooks.get(id, { ...owner });
    if (given.url !== undefined) await this.targets.admit(given.url);
    await webhooks.update(id, webhook => webhook.change(given), { version, scope: { ...owner } });
  }
}
