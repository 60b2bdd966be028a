import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { Owner } from './webhook-audience.rules.js';
import { WebhookRepository } from './webhook.repository.js';
import { WebhookTargets } from './webhook-targets.service.js';

interface ChangeCommand {
  readonly id: string;
  readonly owner: Owner;
  readonly version: number;
  readonly url?: string | undefined;
  readonly description?: string | undefined;
  readonly eventTypes?: readonly string[] | undefined;
}

@Injectable()
export class ChangeWebhook {
  constructor(
    private readonly webhooks: WebhookRepository,
    private readonly targets: WebhookTargets,
  ) {}

  async execute({ id, owner, version, ...given }: ChangeCommand, tx: Tx): Promise<void> {
    const webhooks = this.webhooks.in(tx);
    await webhooks.get(id, { ...owner });
    if (given.url !== undefined) await this.targets.admit(given.url);
    await webhooks.update(id, webhook => webhook.change(given), { version, scope: { ...owner } });
  }
}
