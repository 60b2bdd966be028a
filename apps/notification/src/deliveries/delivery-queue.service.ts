import { Clock, newId } from '@ciep/kernel';
import { currentContext, type ReactionContext, type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { told } from './told-event.rules.js';

/** Whom a fact is about; facts of exhibition and billing carry both. */
export interface Concerned {
  readonly organisationId: string;
  readonly regionCode: string | null;
}

/** The type of a test ping. */
export const pingType = 'ciep.notification.webhook.pinged.v1';

/** Writes the rows that the delivery job sends. */
@Injectable()
export class DeliveryQueue {
  constructor(private readonly clock: Clock) {}

  /**
   * One row for every enabled endpoint that asked for this type and may see this fact (docs/rules.md#webhook-audience), once per
   * endpoint and fact.
   */
  async tell(data: Concerned, { tx, event }: ReactionContext): Promise<void> {
    await tx.query(
      `INSERT INTO deliveries (id, webhook_id, event_id, event_type, subject, kind, body, status, due_at, traceparent)
       SELECT gen_random_uuid(), w.id, $1, $2, $3, 'fact', $4, 'waiting', $5, $8 FROM webhooks w
       WHERE w.status = 'enabled' AND w.event_types ? $2
         AND (w.audience = 'everything' OR (w.audience = 'region' AND w.region_code = $6) OR (w.audience = 'organisation' AND w.organisation_id = $7))
       ON CONFLICT (webhook_id, event_id) DO NOTHING`,
      [
        event.id,
        event.type,
        event.subject,
        told(event),
        this.clock.now(),
        data.regionCode,
        data.organisationId,
        currentContext()?.traceparent,
      ],
    );
  }

  /** A test message for one endpoint; answers the id of its delivery. */
  async ping(webhookId: string, tx: Tx): Promise<string> {
    const [id, eventId, now] = [newId(), newId(), this.clock.now()];
    const event = {
      id: eventId,
      source: '/notification',
      type: pingType,
      subject: webhookId,
      time: now.toISOString(),
      data: { webhookId },
    };
    await tx.query(
      `INSERT INTO deliveries (id, webhook_id, event_id, event_type, subject, kind, body, status, due_at, traceparent)
       VALUES ($1, $2, $3, $4, $5, 'ping', $6, 'waiting', $7, $8)`,
      [id, webhookId, eventId, pingType, webhookId, told(event), now, currentContext()?.traceparent],
    );
    return id;
  }

  /** Makes a delivery of the endpoint due now, with all its attempts before it; answers whether there is such a delivery. */
  async again(id: string, webhookId: string, tx: Tx): Promise<boolean> {
    const [, count] = await tx.query<[unknown[], number]>(
      `UPDATE deliveries SET status = 'waiting', delivered_at = NULL, attempts = 0, due_at = $3, version = version + 1, updated_at = now() WHERE id = $1 AND webhook_id = $2`,
      [id, webhookId, this.clock.now()],
    );
    return count > 0;
  }
}
