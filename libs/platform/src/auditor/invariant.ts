/** Something that is always true of a service's data, with a query for violations. */
export interface Invariant {
  /** The invariant in a few words, `booth_has_one_live_allocation`: the label of its metric. */
  readonly name: string;
  /** The invariant as a sentence, for the log. */
  readonly holds: string;
  /** SELECT of the `id` of each violation. It uses indexes, because it runs every minute. */
  readonly violations: string;
  /** The parameters of the query at a time of the business clock. */
  readonly values?: (now: Date) => unknown[];
  /**
   * For a table that grows for ever: the auditor reads it by `id`, some pages a minute, and `violations` covers the rows after `$1` up
   * to `$2`. Without pages the query covers everything at once.
   */
  readonly pages?: { readonly of: string; readonly after: string; readonly size: number };
}

const tooLong = `interval '5 minutes'`;

/** The invariants of the platform's tables in every service; they use the database's clock. */
export const platformInvariants: readonly Invariant[] = [
  {
    name: 'events_are_sent',
    holds: 'an event reaches the bus within five minutes',
    violations: `SELECT event_id AS id FROM outbox WHERE published_at IS NULL AND dead_lettered_at IS NULL AND created_at < clock_timestamp() - ${tooLong}`,
  },
  {
    name: 'events_have_their_effect',
    holds: 'a received event takes effect within five minutes',
    violations: `SELECT event_id AS id FROM inbox WHERE status = 'waiting' AND received_at < clock_timestamp() - ${tooLong}`,
  },
  {
    name: 'no_dead_letters',
    holds: 'there are no dead letters, neither in the outbox nor in the inbox',
    violations: `SELECT event_id AS id FROM inbox WHERE status = 'dead_lettered'
      UNION ALL SELECT event_id FROM outbox WHERE dead_lettered_at IS NOT NULL AND skipped_at IS NULL`,
  },
];
