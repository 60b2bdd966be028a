import { newId } from '@ciep/kernel';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { NotificationConfig } from '../notification.config.js';
import type { Owner } from './webhook-audience.rules.js';
import { Webhook } from './webhook.entity.js';
import { TooManyWebhooks } from './webhook.errors.js';
import { WebhookRepository } from './webhook.repository.js';
import { WebhookSecrets } from './webhook-secrets.service.js';
import { WebhookTargets } from './webhook-targets.service.js';

@Injectable()
export class CreateWebhook {
  constructor(
    private readonly webhooks: WebhookRepository,
    private readonly targets: WebhookTargets,
    private readonly secrets: WebhookSecrets,
    private readonly config: NotificationConfig,
  ) {}

  /** Returns the id and the secret, which is never shown again. */
  async execute(
    command: { owner: Owner; url: string; description: string; eventTypes: readonly string[] },
    tx: Tx,
  ): Promise<{ id: string; secret: string }> {
    const { owner, ...given } = command;
    await this.targets.admit(given.url);
    await this.leavesRoom(owner, tx);
    const id = newId();
    const { shown, sealed } = this.secrets.fresh(id);
    await this.webhooks.in(tx).insert(Webhook.create({ id, ...owner, ...given, secret: sealed }));
    return { id, secret: shown };
  }

  /**
   * A limit, because every event costs a request per endpoint, and one organisation must not multiply the traffic of all. The lock
   * serializes concurrent creations, so that the count is correct.
   */
  private async leavesRoom({ organisationId }: Owner, tx: Tx): Promise<void> {
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`webhooks of ${organisationId}`]);
    const [row] = await tx.query<{ count: number }[]>('SELECT count(*)::int AS count FROM webhooks WHERE organisation_id = $1', [
      organisationId,
    ]);
    const most = this.config.webhooksPerOwner;
    if (row && row.count >= most) throw new TooManyWebhooks(most);
  }
}
