import { setTimeout as sleep } from 'node:timers/promises';
import { BackgroundJob, type JobRound } from './jobs.js';
import type { Attempt, OutboundQueue, OutboundRow } from './outbound-queue.js';

/** Sends the rows of a queue that are due. A subclass (mail, webhook) makes the attempt. */
export abstract class OutboundJob<Row extends OutboundRow, Made extends Attempt = Attempt> extends BackgroundJob {
  /** How many rows are sent in parallel. */
  readonly atOnce: number = 1;
  private readonly sending = new Set<Promise<void>>();

  abstract readonly queue: OutboundQueue<Row, Made>;

  /**
   * Tries to send a row, outside any transaction. `ending` fires when the service stops. An error, or undefined, leaves the row
   * alone until its lease expires.
   */
  abstract attempt(row: Row, ending: AbortSignal): Promise<Made | undefined>;

  /** Ends when no row is due and none is being sent; rows that become due in the meantime are sent too. */
  override async round({ ending, work }: JobRound): Promise<void> {
    const { sending } = this;
    for (;;) {
      // Taken before the look: a row that ends during it may have blocked the next one.
      const before = [...sending];
      const row = ending.aborted || before.length >= this.atOnce ? undefined : await this.queue.lease();
      if (row) {
        const sent: Promise<void> = work(row, () => this.attemptAndSettle(row, ending)).finally(() => sending.delete(sent));
        sending.add(sent);
      } else if (before.length === 0) return;
      else await Promise.race([...before, sleep(this.everySeconds * 1_000, undefined, { ref: false })]);
    }
  }

  private async attemptAndSettle(row: Row, ending: AbortSignal): Promise<void> {
    const attempt = await this.attempt(row, ending);
    if (attempt) await this.queue.settle(row, attempt);
  }
}
