import { Aggregate } from '@ciep/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { keptSince } from '../feed/feed-positions.rules.js';
import { RedeliveryRefused } from './redelivery.errors.js';

/** What is to be sent again. */
export interface WantedEvents {
  readonly since: Date;
  readonly until: Date;
  readonly eventTypes: readonly string[];
  readonly onlyFailed: boolean;
}

/** The most that one request sends again (docs/rules.md#webhook-redelivery). */
export const mostAtOnce = { days: 31, events: 10_000 };

const day = 86_400_000;

/** An owner asked for the events of a time again. It stays as a record of who asked, for the audit trail. */
@Entity({ name: 'redeliveries' })
export class Redelivery extends Aggregate {
  @PrimaryColumn('uuid') id!: string;
  @Column({ type: 'int' }) version!: number;
  @Column({ type: 'uuid' }) webhookId!: string;
  @Column({ type: 'timestamptz' }) since!: Date;
  @Column({ type: 'timestamptz' }) until!: Date;
  @Column({ type: 'jsonb' }) eventTypes!: readonly string[];
  @Column({ type: 'boolean' }) onlyFailed!: boolean;
  /** Number of events that are sent again. */
  @Column({ type: 'int' }) events!: number;

  static of(id: string, webhookId: string, wanted: WantedEvents, events: number): Redelivery {
    if (events > mostAtOnce.events) throw new RedeliveryRefused('too_many_events', { limit: mostAtOnce.events });
    return Object.assign(new Redelivery(), { version: 1, id, webhookId, ...wanted, events });
  }
}

/** Throws `RedeliveryRefused` unless the endpoint subscribes to the types, and the time is short enough and all of its events are kept. */
export function assertRedeliverable(
  { since, until, eventTypes }: WantedEvents,
  subscribed: readonly string[],
  now: Date,
  feedDays: number,
): void {
  const kept = keptSince(now, feedDays);
  if (until <= since) throw new RedeliveryRefused('range_empty');
  if (until.getTime() - since.getTime() > mostAtOnce.days * day) throw new RedeliveryRefused('range_too_long', { days: mostAtOnce.days });
  if (since < kept) throw new RedeliveryRefused('no_longer_kept', { keptSince: kept.toISOString() });
  const others = eventTypes.filter(type => !subscribed.includes(type));
  if (others.length > 0) throw new RedeliveryRefused('not_subscribed', { eventTypes: others });
}
