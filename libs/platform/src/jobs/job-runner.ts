import { newId } from '@ciep/kernel';
import { inContext, type RequestContext } from '../context/request-context.js';
import type { Database } from '../database/database.js';
import type { Log } from '../logging/log.js';
import { WakeUp } from '../messaging/wake-up.js';
import { jobDuration, jobLastRound } from '../metrics/metrics.js';
import { startSpan } from '../tracing/tracing.js';
import { BackgroundJob, type DueRow, type DueRows } from './jobs.js';

/** Any job of a service. */
export type AnyJob = DueRows<DueRow> | BackgroundJob;

/** The work on one row, in progress. */
interface RowWork {
  readonly context: RequestContext;
  end(outcome: 'done' | 'failed', error?: unknown): void;
}

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

  /** Finishes the rows in progress, then stops. */
  async stop(): Promise<void> {
    this.ending.abort();
    for (const wakeUp of this.wakeUps) wakeUp.wake();
    await this.loops;
  }

  /** Runs one round of every job now. */
  async runAll(): Promise<void> {
    for (const job of this.jobs) await this.round(job);
  }

  private async round(job: AnyJob): Promise<void> {
    if (job instanceof BackgroundJob)
      await job.round({ ending: this.ending.signal, work: (row, work) => this.work(job.constructor.name, row, work) });
    else await this.dueRound(job);
    jobLastRound.set({ service: this.database.service, job: job.constructor.name }, Date.now() / 1_000);
  }

  private async dueRound(job: DueRows<DueRow>): Promise<void> {
    const failed: string[] = [];
    for (let handled = 0; handled < mostRowsARound; handled += 1) {
      if (this.ending.signal.aborted || !(await this.nextDue(job, failed))) return;
    }
  }

  private async nextDue(job: DueRows<DueRow>, failed: string[]): Promise<boolean> {
    const { name } = job.constructor;
    let row: DueRow | undefined;
    let begun: RowWork | undefined;
    try {
      await this.database.transaction(async tx => {
        const now = this.database.clock.now();
        const due = (row = await job.claim(tx, now, failed));
        if (!due) return;
        const { context } = (begun = this.begin(name, due));
        await inContext(context, () => job.handle(due, tx, now));
      });
      begun?.end('done');
      return row !== undefined;
    } catch (error) {
      if (!row) throw error;
      this.failed(name, row, begun, error);
      failed.push(row.id);
      return true;
    }
  }

  private async work(job: string, row: DueRow, work: () => Promise<void>): Promise<void> {
    const begun = this.begin(job, row);
    try {
      await inContext(begun.context, work);
      begun.end('done');
    } catch (error) {
      this.failed(job, row, begun, error);
    }
  }

  private begin(job: string, { id: row, traceparent }: DueRow): RowWork {
    const { service } = this.database;
    const started = performance.now();
    const kind = traceparent ? 'consumer' : 'internal';
    const span = startSpan({ service, name: job, kind, parent: traceparent ?? undefined, attributes: { 'ciep.row': row } });
    const id = newId();
    return {
      context: { service, requestId: id, traceparent: span.traceparent, action: job, correlationId: id },
      end(outcome, error) {
        jobDuration.observe({ service, job, outcome }, (performance.now() - started) / 1_000);
        // A round that sends a backlog may take hours.
        jobLastRound.set({ service, job }, Date.now() / 1_000);
        span.end(error);
      },
    };
  }

  private failed(job: string, { id: row }: DueRow, begun: RowWork | undefined, error: unknown): void {
    begun?.end('failed', error);
    this.log.error(
      { ...begun?.context, service: this.database.service, error, job, row },
      'a due row could not be handled; a later round tries it again',
    );
  }
}
