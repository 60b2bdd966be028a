import { Clock, newId } from '@ciep/kernel';
import { counter, Database, type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { MailQueue } from '../mails/mail-queue.service.js';
import { WebhookRepository } from '../webhooks/webhook.repository.js';
import { judge, type Outcome, type Verdict } from './delivery-schedule.rules.js';

const webhookAttempts = counter({
  name: 'ciep_webhook_attempts_total',
  help: 'Attempts to deliver a webhook; outcome: delivered, retry (tried again later), exhausted, gone (410) or failed (a ping)',
  labels: ['service', 'outcome'],
});

/** A delivery that this process is making. */
export interface LeasedDelivery {
  readonly id: string;
  readonly lease: string;
  readonly webhookId: string;
  readonly kind: 'fact' | 'ping';
  /** Attempts before this one. */
  readonly attempts: number;
}

/** Writes down what came of each attempt, and what follows from it. */
@Injectable()
export class DeliveryLog {
  constructor(
    private readonly database: Database,
    private readonly webhooks: WebhookRepository,
    private readonly mails: MailQueue,
    private readonly clock: Clock,
  ) {}

  async settle(delivery: LeasedDelivery, outcome: Outcome): Promise<void> {
    const now = this.clock.now();
    const verdict = verdictOf(delivery, outcome, now);
    await this.database.transaction(async tx => {
      if (verdict.is === 'gone' || verdict.is === 'exhausted')
        await this.disable(delivery.webhookId, verdict.is === 'gone' ? 'gone' : 'failing', tx);
      await this.write(delivery, outcome, verdict, now, tx);
    });
    webhookAttempts.inc({ service: this.database.service, outcome: verdict.is });
  }

  private async write(
    { id, lease, attempts }: LeasedDelivery,
    outcome: Outcome,
    verdict: Verdict | { is: 'failed' },
    now: Date,
    tx: Tx,
  ): Promise<void> {
    const status = verdict.is === 'delivered' ? 'delivered' : verdict.is === 'retry' ? 'waiting' : 'failed';
    await tx.query(
      `WITH settled AS (UPDATE deliveries SET status = $3, attempts = $4, due_at = coalesce($5, due_at), delivered_at = $6,
                               lease = NULL, leased_until = NULL, version = version + 1, updated_at = now() WHERE id = $1 AND lease = $2 RETURNING id)
       INSERT INTO delivery_attempts (id, delivery_id, at, response_status, latency_ms, failure) SELECT $7, id, $8, $9, $10, $11 FROM settled`,
      [
        id,
        lease,
        status,
        attempts + 1,
        verdict.is === 'retry' ? verdict.at : null,
        status === 'delivered' ? now : null,
        newId(),
        now,
        outcome.status ?? null,
        outcome.latencyMs,
        outcome.failure ?? null,
      ],
    );
  }

  /** An endpoint that does not work is disabled, and its owner told by mail (docs/rules.md#webhook-retries). */
  private async disable(webhookId: string, disabledBy: 'gone' | 'failing', tx: Tx): Promise<void> {
    const webhooks = this.webhooks.in(tx);
    if ((await webhooks.find(webhookId))?.status !== 'enabled') return;
    const to = await webhooks.update(webhookId, webhook => {
      webhook.disable(disabledBy);
      const { regionCode, organisationId } = webhook;
      return regionCode === null
        ? ({ kind: 'organisation', key: organisationId } as const)
        : ({ kind: 'region', key: regionCode } as const);
    });
    await this.mails.order(newId(), [{ template: 'webhook-disabled', to, data: { webhookId, disabledBy } }], tx);
  }
}

/** A ping is tried once, and its failure says nothing about facts. */
function verdictOf({ kind, attempts }: LeasedDelivery, outcome: Outcome, now: Date): Verdict | { is: 'failed' } {
  const verdict = judge(attempts + 1, outcome, now, Math.random());
  return kind === 'ping' && verdict.is === 'retry' ? { is: 'failed' } : verdict;
}
