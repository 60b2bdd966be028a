import { Clock } from '@ciep/kernel';
import { faultPoint, Job, OutboundJob } from '@ciep/platform';
import { WebhookSecrets } from '../webhooks/webhook-secrets.service.js';
import { DeliveryQueue, type DeliveryAttempt, type DeliveryRow } from './delivery-queue.service.js';
import { attemptOf } from './delivery-schedule.rules.js';
import { WebhookClient } from './webhook-client.service.js';

/** Sends due deliveries. */
@Job()
export class DeliverWebhooks extends OutboundJob<DeliveryRow, DeliveryAttempt> {
  override readonly everySeconds = 1;
  /** Far more than the places of one owner: an attempt mostly waits. */
  override readonly atOnce = 64;

  constructor(
    readonly queue: DeliveryQueue,
    private readonly client: WebhookClient,
    private readonly secrets: WebhookSecrets,
    private readonly clock: Clock,
  ) {
    super();
  }

  async attempt(row: DeliveryRow, ending: AbortSignal): Promise<DeliveryAttempt | undefined> {
    const secrets = this.secrets.signing({ ...row, id: row.webhookId }, this.clock.now());
    const answer = await this.client.post({ id: row.eventId, url: row.url, body: row.body, secrets }, ending);
    faultPoint('webhook.afterPost');
    // Our own shutdown does not count as the receiver's failure: the lease expires and another attempt is made.
    if (ending.aborted && answer.status === undefined) return undefined;
    return { ...attemptOf(row.kind, answer), answer };
  }
}
