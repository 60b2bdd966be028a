/** Something that is always true of a service's data, and the question for whatever contradicts it. */
export interface Invariant {
  /** The truth in a few words, `booth_has_one_live_allocation`: the label of its metric. */
  readonly name: string;
  /** The truth as a sentence, for whoever reads the log. */
  readonly holds: string;
  /** SELECT of the column `id` of whatever contradicts it; on indexes, as it is asked every minute. */
  readonly violations: string;
  /** Its parameters, at a moment of the business clock. */
  readonly values?: (now: Date) => unknown[];
  /**
   * A table that grows for ever is walked through by its `id`, some pages a minute, and `violations` is asked for the rows after `$1`
   * up to `$2`. Without pages it is asked for everything at once.
   */
  readonly pages?: { readonly of: string; readonly after: string; readonly size: number };
}

const longUnderWay = `interval '5 minutes'`;

/** What holds in every service. The tables are the platform's, and so is their clock. */
export const platformInvariants: readonly Invariant[] = [
  {
    name: 'facts_are_sent',
    holds: 'a fact reaches the bus within five minutes',
    violations: `SELECT event_id AS id FROM outbox WHERE published_at IS NULL AND parked_at IS NULL AND created_at < clock_timestamp() - ${longUnderWay}`,
  },
  {
    name: 'facts_have_their_effect',
    holds: 'a fact that was received has its effect within five minutes',
    violations: `SELECT event_id AS id FROM inbox WHERE status = 'waiting' AND received_at < clock_timestamp() - ${longUnderWay}`,
  },
  {
    name: 'no_fact_is_parked',
    holds: 'no fact is given up, neither by the bus nor by a reaction',
    violations: `SELECT event_id AS id FROM inbox WHERE status = 'parked'
      UNION ALL SELECT event_id FROM outbox WHERE parked_at IS NOT NULL AND skipped_at IS NULL`,
  },
];
