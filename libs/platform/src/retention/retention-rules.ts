import type { PlatformSettings } from '../settings/platform-settings.js';

/** Rows of a table that are deleted some time after they ended. The table needs an index on `since`, which may be partial by `where`. */
export interface RetentionRule {
  readonly table: string;
  /** SQL of the instant from which the time counts, on the database's clock; rows with null stay. */
  readonly since: string;
  /** How long rows are kept, as a PostgreSQL interval: `7 days`. */
  readonly keep: string;
  /** SQL of a further condition. */
  readonly where?: string;
}

/** The retention rules of a service, for the platform's tables and its own. */
export class RetentionRules {
  constructor(readonly all: readonly RetentionRule[]) {}
}

/**
 * The rules of every service. Dead letters stay until an operator deals with them, and the audit trail stays for ever.
 *
 * An event takes effect once because the inbox remembers it. Kafka can deliver a message again while it keeps it: up to twice the
 * topic's retention, because it removes whole segments. `PlatformSettings` therefore refuses a shorter time.
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
