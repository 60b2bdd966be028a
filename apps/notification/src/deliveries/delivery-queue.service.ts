import { portalEvent, webhookPinged } from '@ciep/contracts';
import { newId } from '@ciep/kernel';
import {
  counter,
  Database,
  where,
  type Invariant,
  type Tx,
  OutboundQueue,
  triedInTime,
  type Attempt,
  type OutboundRow,
  type OutboundTable,
  type Verdict,
} from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { ToldEvent } from '../feed/event-feed.service.js';
import type { FeedPosition } from '../feed/feed-positions.rules.js';
import { MailQueue } from '../mails/mail-queue.service.js';
import { NotificationConfig } from '../notification.config.js';
import { readerOfWebhook } from '../webhooks/webhook-audience.rules.js';
import type { Webhook } from '../webhooks/webhook.entity.js';
import { WebhookRepository } from '../webhooks/webhook.repository.js';
import { hour, pauses, type Outcome } from './delivery-schedule.rules.js';

/** A delivery in progress in this process. */
export interface DeliveryRow extends OutboundRow {
  readonly webhookId: string;
  readonly eventId: string;
  readonly kind: 'event' | 'ping';
  readonly body: string;
  readonly url: string;
  readonly secret: string;
  readonly previousSecret: string | null;
  readonly previousSecretUntil: Date | null;
}

/** An attempt and the receiver's answer. */
export interface DeliveryAttempt extends Attempt {
  readonly answer: Outcome;
}

/** The endpoint that is tested. */
type PingedWebhook = Pick<Webhook, 'id' | 'version' | 'organisationId'>;

/** The events from one position of the feed to another that an endpoint is sent again. */
export interface RangeOfEvents {
  readonly webhookId: string;
  readonly organisationId: string;
  readonly reader: string;
  readonly from: FeedPosition;
  readonly to: FeedPosition;
  readonly types: readonly string[];
  /** Only those whose delivery was given up. */
  readonly onlyFailed: boolean;
}

/** Sequential per endpoint, and the owners take turns (docs/rules.md#webhook-turns). */
export const deliveryTable = {
  name: 'deliveries',
  sent: 'delivered',
  columns: `q.webhook_id AS "webhookId", q.event_id AS "eventId", q.kind, q.body, w.url, w.secret, w.previous_secret AS "previousSecret",
    w.previous_secret_until AS "previousSecretUntil"`,
  join: 'JOIN webhooks w ON w.id = q.webhook_id',
  ready: `w.status = 'enabled'`,
  pauses,
  spread: 0.1,
  attempts: counter(
    'ciep_webhook_attempts_total',
    'Attempts to deliver a webhook; outcome: delivered, retry (tried again later), exhausted, gone (410) or failed (a ping)',
    ['service', 'outcome'],
  ),
} satisfies OutboundTable;

/** Due deliveries have been attempted. An hour is allowed, because a slow endpoint takes its deliveries sequentially. */
export const deliveryInvariants: readonly Invariant[] = [
  triedInTime(deliveryTable, hour, {
    name: 'webhook_is_tried_in_time',
    holds: 'a delivery to an enabled endpoint is tried within an hour after it is due',
  }),
];

/** Waiting, sent and failed deliveries. */
@Injectable()
export class DeliveryQueue extends OutboundQueue<DeliveryRow, DeliveryAttempt> {
  constructor(
    database: Database,
    private readonly webhooks: WebhookRepository,
    private readonly mails: MailQueue,
    private readonly config: NotificationConfig,
  ) {
    super(database, { ...deliveryTable, turns: { owner: 'organisation_id', lane: 'webhook_id', places: config.webhookPlaces } });
  }

  /**
   * Adds one row per enabled endpoint that subscribes to this type and may see this event (docs/rules.md#webhook-audience), once per
   * endpoint and event.
   */
  async addForEvent({ id, type, subject, body, readers }: ToldEvent, tx: Tx): Promise<void> {
    const endpoints = await tx.query<{ webhook_id: string; organisation_id: string }[]>(
      `SELECT w.id AS webhook_id, w.organisation_id FROM webhooks w
       WHERE w.status = 'enabled' AND w.event_types ? $1 AND ${readerOfWebhook} = ANY($2) FOR KEY SHARE`,
      [type, readers],
    );
    const row = { event_id: id, event_type: type, subject, kind: 'event', body };
    await this.add(
      endpoints.map(endpoint => ({ ...row, ...endpoint })),
      tx,
    );
  }

  /** A test message for one endpoint; returns the id of its delivery. */
  async ping({ id: webhook_id, version, organisationId: organisation_id }: PingedWebhook, tx: Tx): Promise<string> {
    const id = newId();
    const { type, data } = webhookPinged({ webhookId: webhook_id });
    const time = this.database.clock.now().toISOString();
    const event = { id, source: '/notification', type, subject: webhook_id, time, aggregateversion: version, data };
    const body = JSON.stringify(portalEvent(event, this.config.publicUrl));
    const row = { event_id: id, event_type: type, subject: webhook_id, kind: 'ping', body, webhook_id, organisation_id };
    const [deliveryId = ''] = await this.add([row], tx);
    return deliveryId;
  }

  /** Makes a delivery of the endpoint due now, with all its attempts again; returns whether the delivery exists. */
  again(id: string, webhookId: string, tx: Tx): Promise<boolean> {
    return this.sendAgain(where().equal('id', id).equal('webhook_id', webhookId), tx);
  }

  /**
   * Makes the events of the feed that an endpoint may see due now in their order, each once per endpoint: with the first delivery, or by a
   * new one where there is none. One that is being sent is not sent a second time. Returns how many there are, at most `most`.
   */
  async redeliver(
    { webhookId, organisationId, reader, from, to, types, onlyFailed }: RangeOfEvents,
    most: number,
    tx: Tx,
  ): Promise<number> {
    const [row] = await tx.query<{ count: number }[]>(
      `WITH chosen AS (SELECT e.event_id, e.type, e.subject, e.body, e.position FROM feed_readers r JOIN feed_events e USING (position)
                       WHERE r.reader = $1 AND r.position >= $2 AND r.position < $3 AND r.type = ANY($4)
                         AND ($5 OR EXISTS (SELECT 1 FROM deliveries d WHERE d.webhook_id = $6 AND d.event_id = e.event_id AND d.status = 'failed'))
                       ORDER BY r.position LIMIT $7),
            ordered AS (SELECT *, count(*) OVER () - row_number() OVER (ORDER BY position) AS later FROM chosen),
            made AS (INSERT INTO deliveries (id, webhook_id, organisation_id, event_id, event_type, subject, kind, body, due_at)
       SELECT gen_random_uuid(), $6::uuid, $8::uuid, event_id, type, subject, 'event', body, $9::timestamptz - later * interval '1 microsecond'
       FROM ordered ORDER BY position
       ON CONFLICT (webhook_id, event_id) DO UPDATE SET status = 'waiting', attempts = 0, due_at = excluded.due_at, delivered_at = NULL,
         version = deliveries.version + 1, updated_at = now() RETURNING 1)
       SELECT count(*)::int AS count FROM made`,
      [reader, from, to, types, !onlyFailed, webhookId, most, organisationId, this.database.clock.now()],
    );
    return row?.count ?? 0;
  }

  /** Stores every attempt; after the last one it disables the endpoint (docs/rules.md#webhook-retries). */
  protected override async write(row: DeliveryRow, attempt: DeliveryAttempt, verdict: Verdict, now: Date, tx: Tx): Promise<boolean> {
    if (verdict.outcome === 'gone') await this.disable(row.webhookId, 'gone', tx);
    if (verdict.outcome === 'exhausted') await this.disable(row.webhookId, 'failing', tx);
    const isOurs = await super.write(row, attempt, verdict, now, tx);
    const { status = null, latencyMs, failure = null } = attempt.answer;
    if (isOurs)
      await tx.query(
        `INSERT INTO delivery_attempts (id, delivery_id, at, response_status, latency_ms, failure) VALUES ($1, $2, $3, $4, $5, $6)`,
        [newId(), row.id, now, status, latencyMs, failure],
      );
    return isOurs;
  }

  /** Disables a failing endpoint and mails its owner (docs/rules.md#webhook-retries). */
  private async disable(webhookId: string, disabledBy: 'gone' | 'failing', tx: Tx): Promise<void> {
    const webhooks = this.webhooks.in(tx);
    if ((await webhooks.find(webhookId))?.status !== 'enabled') return;
    const order = await webhooks.update(webhookId, webhook => {
      webhook.disable(disabledBy);
      const { regionCode, organisationId, url } = webhook;
      const to =
        regionCode === null ? { kind: 'organisation' as const, key: organisationId } : { kind: 'region' as const, key: regionCode };
      // The rest of the URL may contain a secret of the portal.
      return { template: 'webhook-disabled', to, data: { host: new URL(url).host, disabledBy } };
    });
    await this.mails.order(newId(), [order], tx);
  }
}
