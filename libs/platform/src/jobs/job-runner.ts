import { setTimeout as after } from 'node:timers/promises';
import { newId } from '@ciep/kernel';
import { inContext } from '../context/request-context.js';
import { childTraceparent } from '../context/traceparent.js';
import type { Database } from '../database/database.js';
import type { Log } from '../logging/log.js';
import { WakeUp } from '../messaging/wake-up.js';
import type { DueRows } from './due-rows.js';
import { LeasedRows } from './leased-rows.js';

type Row = { readonly id: string };
type AnyJob = DueRows<Row> | LeasedRows<Row>;

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

  private round(job: AnyJob): Promise<void> {
    return job instanceof LeasedRows ? this.leasedRound(job) : this.dueRound(job);
  }

  private async dueRound(job: DueRows<Row>): Promise<void> {
    const failed: string[] = [];
    for (let handled = 0; handled < mostRowsARound; handled += 1) {
      if (this.ending.signal.aborted || !(await this.inJob(job, () => this.nextDue(job, failed)))) return;
    }
  }

  /** Ends when nothing is due and nothing is under way; while a row takes its time, others may become due. */
  private async leasedRound(job: LeasedRows<Row>): Promise<void> {
    const underWay = new Set<Promise<void>>();
    for (let leased = 0; leased < mostRowsARound;) {
      // What ends while we look may be what kept the next row back.
      const before = [...underWay];
      const row = this.ending.signal.aborted || before.length >= job.atOnce ? undefined : await this.leaseNext(job);
      if (row) {
        const work: Promise<void> = this.inJob(job, () => this.workOn(job, row)).finally(() => underWay.delete(work));
        underWay.add(work);
        leased += 1;
      } else if (before.length === 0) return;
      else await Promise.race([...before, after(job.everySeconds * 1_000, undefined, { ref: false })]);
    }
    await Promise.all(underWay);
  }

  private inJob<R>(job: AnyJob, work: () => Promise<R>): Promise<R> {
    const id = newId();
    const context = {
      service: this.database.service,
      requestId: id,
      traceparent: childTraceparent(undefined),
      action: job.constructor.name,
      correlationId: id,
    };
    return inContext(context, work);
  }

  private async nextDue(job: DueRows<Row>, failed: string[]): Promise<boolean> {
    let row: Row | undefined;
    try {
      return await this.database.transaction(async tx => {
        const now = this.database.clock.now();
        row = await job.claim(tx, now, failed);
        if (row) await job.handle(row, tx, now);
        return row !== undefined;
      });
    } catch (error) {
      if (!row) throw error;
      this.log.error({ error, job: job.constructor.name, row: row.id }, 'a due row could not be handled; it is tried again next round');
      failed.push(row.id);
      return true;
    }
  }

  private leaseNext(job: LeasedRows<Row>): Promise<Row | undefined> {
    return this.database.transaction(tx => job.lease(tx, this.database.clock.now()));
  }

  private async workOn(job: LeasedRows<Row>, row: Row): Promise<void> {
    try {
      await job.work(row, this.ending.signal);
    } catch (error) {
      this.log.error(
        { error, job: job.constructor.name, row: row.id },
        'a leased row could not be settled; it is tried again when its lease is over',
      );
    }
  }
}
