import type { Tx } from '../database/database.js';

/**
 * A job whose rows have an effect outside the database (a mail, a webhook), which cannot share a transaction with it. A row
 * is leased in a short transaction, worked on without one, and settled in another: a process that dies in between leaves a
 * lease that runs out, so the effect may come twice, never not at all.
 */
export abstract class LeasedRows<Row extends { readonly id: string }> {
  /** Pause between rounds, in seconds. */
  readonly everySeconds: number = 2;
  /** How many rows are worked on side by side. */
  readonly atOnce: number = 1;

  /** Leases the next due row (`FOR UPDATE SKIP LOCKED LIMIT 1`, lease by the database's clock); undefined when none is due. */
  abstract lease(tx: Tx, now: Date): Promise<Row | undefined>;

  /**
   * Does what is due, then settles the row and gives up the lease. An error leaves the row to the end of its lease; `ending`
   * asks for one, because the service is about to stop.
   */
  abstract work(row: Row, ending: AbortSignal): Promise<void>;
}
