import type { PlatformSettings } from '../settings/platform-settings.js';

/** Rows of a table that may go some time after they ended. Needs an index on `since`, with `where` as its condition if it is partial. */
export interface RetentionRule {
  readonly table: string;
  /** SQL of the instant, on the database's clock, from which on the time counts; a row without one stays. */
  readonly since: string;
  /** How long, as PostgreSQL writes it: `7 days`. */
  readonly keep: string;
  /** SQL of what else must hold for a row to go. */
  readonly where?: string;
}

/** What a service forgets: the platform's tables and its own. */
export class RetentionRules {
  constructor(readonly all: readonly RetentionRule[]) {}
}

/**
 * What every service forgets. Parked facts stay until an operator has dealt with them, the audit trail for ever.
 *
 * A fact's effect happens once because the inbox remembers that it happened. Kafka can bring a message again as long as it
 * has it, which is up to twice the topic's retention, for it removes whole segments. `PlatformSettings` refuses to forget sooner.
 */
export const platformRules = ({ outboxDays, inboxDays, idempotencyHours }: PlatformSettings): RetentionRule[] => [
  {
    table: 'outbox',
    since: 'coalesce(published_at, skipped_at)',
    keep: `${outboxDays} days`,
    where: '(published_at IS NOT NULL OR skipped_at IS NOT NULL)',
  },
  { table: 'inbox', since: 'processed_at', keep: `${inboxDays} days`, where: `status IN ('done', 'skipped')` },
  { table: 'idempotency_keys', since: 'created_at', keep: `${idempotencyHours} hours` },
  { table: 'revoked_tokens', since: 'until', keep: '0' },
];
