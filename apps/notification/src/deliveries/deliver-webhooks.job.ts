import { randomUUID } from 'node:crypto';
import { Clock } from '@ciep/kernel';
import { faultPoint, Job, LeasedRows, type Tx } from '@ciep/platform';
import { WebhookSecrets } from '../webhooks/webhook-secrets.service.js';
import { DeliveryLog, type LeasedDelivery } from './delivery-log.service.js';
import { WebhookClient } from './webhook-client.service.js';

interface DeliveryRow extends LeasedDelivery {
  readonly eventId: string;
  readonly body: string;
  readonly url: string;
  readonly secret: string;
  readonly previousSecret: string | null;
  readonly previousSecretUntil: Date | null;
  readonly traceparent: string | null;
}

/** Sends the deliveries that are due, one after the other to each endpoint, so that a slow one does not hold the others up. */
@Job()
export class DeliverWebhooks extends LeasedRows<DeliveryRow> {
  override readonly everySeconds = 1;
  override readonly atOnce = 8;

  constructor(
    private readonly client: WebhookClient,
    private readonly secrets: WebhookSecrets,
    private readonly log: DeliveryLog,
    private readonly clock: Clock,
  ) {
    super();
  }

  async lease(tx: Tx, now: Date): Promise<DeliveryRow | undefined> {
    const [row] = await tx.query<DeliveryRow[]>(
      `WITH due AS (SELECT d.id FROM deliveries d JOIN webhooks w ON w.id = d.webhook_id
                    WHERE d.status = 'waiting' AND d.due_at <= $1 AND w.status = 'enabled'
                      AND NOT EXISTS (SELECT 1 FROM deliveries other WHERE other.webhook_id = w.id AND other.leased_until > clock_timestamp())
                    ORDER BY d.due_at, d.id LIMIT 1 FOR UPDATE OF d SKIP LOCKED),
            leased AS (UPDATE deliveries d SET lease = $2, leased_until = clock_timestamp() + interval '60 seconds' FROM due WHERE d.id = due.id RETURNING d.*)
       SELECT d.id, d.lease, d.event_id AS "eventId", d.kind, d.body, d.attempts, d.traceparent, w.id AS "webhookId", w.url, w.secret,
              w.previous_secret AS "previousSecret", w.previous_secret_until AS "previousSecretUntil"
       FROM leased d JOIN webhooks w ON w.id = d.webhook_id`,
      [now, randomUUID()],
    );
    return row;
  }

  async work(row: DeliveryRow, ending: AbortSignal): Promise<void> {
    const secrets = this.secrets.signing({ ...row, id: row.webhookId }, this.clock.now());
    const outcome = await this.client.post({ id: row.eventId, url: row.url, body: row.body, secrets }, ending);
    faultPoint('webhook.afterPost');
    // The receiver is not to blame for our stop: the lease runs out and another attempt is made.
    if (ending.aborted && outcome.status === undefined) return;
    await this.log.settle(row, outcome);
  }
}
