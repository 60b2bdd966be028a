import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { Owner } from './webhook-audience.rules.js';
import { WebhookRepository } from './webhook.repository.js';
import { WebhookSecrets } from './webhook-secrets.service.js';

@Injectable()
export class RotateWebhookSecret {
  constructor(
    private readonly webhooks: WebhookRepository,
    private readonly secrets: WebhookSecrets,
  ) {}

  /** Returns the new secret, which is never shown again. */
  async execute({ id, owner, version }: { id: string; owner: Owner; version: number }, tx: Tx): Promise<{ secret: string }> {
    const { shown, sealed } = this.secrets.fresh(id);
    await this.webhooks.in(tx).update(id, (webhook, now) => webhook.rotateSecret(sealed, now), { version, scope: { ...owner } });
    return { secret: shown };
  }
}
