import { Clock } from '@ciep/kernel';
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
    private readonly clock: Clock,
  ) {}

  /** Answers the new secret, which is never shown again. */
  async execute({ id, owner, version }: { id: string; owner: Owner; version: number }, tx: Tx): Promise<{ secret: string }> {
    const { shown, sealed } = this.secrets.fresh(id);
    await this.webhooks.in(tx).update(id, webhook => webhook.rotateSecret(sealed, this.clock.now()), { version, scope: { ...owner } });
    return { secret: shown };
  }
}
