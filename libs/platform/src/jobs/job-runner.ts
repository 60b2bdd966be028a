import { setTimeout as after } from 'node:timers/promises';
import { inContext } from '../context/request-context.js';
import type { Database } from '../database/database.js';
import type { Log } from '../logging/log.js';
import { jobLastRound } from '../metrics/metrics.js';
import { WakeUp } from '../messaging/wake-up.js';
import type { DueRows } from './due-rows.js';
import { observeRow, type DueRow, type ObservedRow } from './job-observer.js';
import { LeasedRows } from './leased-rows.js';

type AnyJob = DueRows<DueRow> | LeasedRows<DueRow>;

const mostRowsARound = 1_000;

/** Runs the jobs of a service, each in a loop of its own. */
export class JobRunner {
  private readonly wakeUps: WakeUp[] = [];
  private loops: Promise<unknown> = Promise.resolve();
  private readonly ending = new AbortController();

  constructor(
    private readonly jobs: readonly AnyJob[],
    private readonly database: Database,
    private readonly log: Log,
  ) {}

  start(): void {
    this.loops = Promise.all(
      this.jobs.map(async job => {
        const wakeUp = new WakeUp();
        this.wakeUps.push(wakeUp);
        while (!this.ending.signal.aborted) {
          await this.round(job).catch((error: unknown) =>
            this.log.warn({ error, job: job.constructor.name }, 'the job could not look for due rows'),
          );
          await wakeUp.sleep(job.everySeconds * 1_000);
        }
      }),
    );
  }

  /** Finishes the rows under way, then stops. */
  async stop(): Promise<void> {
    this.ending.abort();
    for (const wakeUp of this.wakeUps) wakeUp.wake();
    await this.loops;
  }

  /** One round of every job, now. */
  async runAll(): Promise<void> {
    for (const job of this.jobs) await this.round(job);
  }

  private async round(job: AnyJob): Promise<void> {
    await (job instanceof LeasedRows ? this.leasedRound(job) : this.dueRound(job));
    jobLastRound.set({ service: this.database.service, job: job.constructor.name }, Date.now() / 1_000);
  }

  private async dueRound(job: DueRows<DueRow>): Promise<void> {
    const failed: string[] = [];
    for (let handled = 0; handled < mostRowsARound; handled += 1) {
      if (this.ending.signal.aborted || !(await this.nextDue(job, failed))) return;
    }
  }

  /** Ends when nothing is due and nothing is under way; while a row takes its time, others may become due. */
  private async leasedRound(job: LeasedRows<DueRow>): Promise<void> {
    const underWay = new Set<Promise<void>>();
    for (let leased = 0; leased < mostRowsARound;) {
      // What ends while we look may be what kept the next row back.
      const before = [...underWay];
      const row = this.ending.signal.aborted || before.length >= job.atOnce ? undefined : await this.leaseNext(job);
      if (row) {
        const work: Promise<void> = this.workOn(job, row).finally(() => underWay.delete(work));
        underWay.add(work);
        leased += 1;
      } else if (before.length === 0) return;
      else await Promise.race([...before, after(job.everySeconds * 1_000, undefined, { ref: false })]);
    }
    await Promise.all(underWay);
  }

  private async nextDue(job: DueRows<DueRow>, failed: string[]): Promise<boolean> {
    let row: DueRow | undefined;
    let observed: ObservedRow | undefined;
    try {
      await this.database.transaction(async tx => {
        const now = this.database.clock.now();
        const due = (row = await job.claim(tx, now, failed));
        if (!due) return;
        const { context } = (observed = this.observe(job, due));
        await inContext(context, () => job.handle(due, tx, now));
      });
      observed?.end('done');
      return row !== undefined;
    } catch (error) {
      if (!row) throw error;
      this.failed(job, row, observed, error, 'a due row could not be handled; it is tried again next round');
      failed.push(row.id);
      return true;
    }
  }

  private leaseNext(job: LeasedRows<DueRow>): Promise<DueRow | undefined> {
    return this.database.transaction(tx => job.lease(tx, this.database.clock.now()));
  }

  private async workOn(job: LeasedRows<DueRow>, row: DueRow): Promise<void> {
    const observed = this.observe(job, row);
    try {
      await inContext(observed.context, () => job.work(row, this.ending.signal));
      observed.end('done');
    } catch (error) {
      this.failed(job, row, observed, error, 'a leased row could not be settled; it is tried again when its lease is over');
    }
  }

  private failed(job: AnyJob, row: DueRow, observed: ObservedRow | undefined, error: unknown, message: string): void {
    observed?.end('failed', error);
    const { service } = this.database;
    this.log.error({ ...observed?.context, service, error, job: job.constructor.name, row: row.id }, message);
  }

  private observe(job: AnyJob, row: DueRow): ObservedRow {
    return observeRow(this.database.service, job.constructor.name, row);
  }
}
