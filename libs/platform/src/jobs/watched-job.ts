import { DomainError, newId } from '@ciep/kernel';
import type { Permission } from '@ciep/contracts';
import { Logger } from '@nestjs/common';
import { aggregateColumns } from '../database/aggregate-columns.js';
import type { Reader, Tx } from '../database/database.js';
import { DueRows } from './jobs.js';

/** States of a watched job. */
export const watchedStates = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;
export type WatchedState = (typeof watchedStates)[number];

/** The table of watched jobs, for the migration of a service. */
export const watchedJobsTable = `
  CREATE TABLE jobs (
    ${aggregateColumns},
    kind text NOT NULL,
    permission text NOT NULL,
    status text NOT NULL DEFAULT 'queued' CHECK (status IN ('${watchedStates.join(`', '`)}')),
    input jsonb NOT NULL,
    file bytea,
    done int NOT NULL DEFAULT 0 CHECK (done >= 0),
    total int CHECK (total >= done),
    result jsonb,
    problem jsonb,
    tries int NOT NULL DEFAULT 0,
    last_error text,
    ended_at timestamptz,
    CHECK ((ended_at IS NULL) = (status IN ('queued', 'running'))),
    CHECK (file IS NULL OR ended_at IS NULL)
  );
  CREATE INDEX jobs_open ON jobs (kind, id) WHERE status IN ('queued', 'running');
  CREATE INDEX jobs_ended ON jobs (ended_at) WHERE ended_at IS NOT NULL;`;

/** A job to run. Everybody with `permission` sees it; jobs of a kind run in the order of their requests. */
export interface NewWatchedJob {
  readonly kind: string;
  readonly permission: Permission;
  readonly input: object;
  readonly file?: Buffer;
}

/** Stores a job, which begins with the next round; returns its id. */
export async function enqueueJob(reader: Reader, { kind, permission, input, file }: NewWatchedJob): Promise<string> {
  const id = newId();
  await reader.query('INSERT INTO jobs (id, version, kind, permission, input, file) VALUES ($1, 1, $2, $3, $4, $5)', [
    ...[id, kind, permission, JSON.stringify(input), file ?? null],
  ]);
  return id;
}

/** A job in progress: its input, its progress and its result so far. */
export interface WatchedRow<Input, Result> {
  readonly id: string;
  readonly input: Input;
  readonly file: Buffer | null;
  readonly done: number;
  readonly result: Result | null;
  readonly tries: number;
}

/** Progress after a step; the job is done when `done` reaches `total`. */
export interface Progress<Result> {
  readonly done: number;
  readonly total: number;
  readonly result: Result;
}

const log = new Logger('jobs');
const mostTries = 5;
const failed = { code: 'job.failed', text: { zh: '任务执行失败。', en: 'The job failed, and trying again did not help.' }, details: {} };

/**
 * Long work whose progress people watch, in steps of about a second. A step and its progress are one transaction: if a process dies, one
 * step is lost and another process continues. A refusal (`DomainError`) fails the job at once, any other error after five tries.
 */
export abstract class WatchedJob<Input, Result> extends DueRows<WatchedRow<Input, Result>> {
  override readonly everySeconds: number = 1;

  /** Kind of the job; unique for each class. */
  abstract readonly kind: string;

  /** Does the next part of the work. */
  abstract step(job: WatchedRow<Input, Result>, tx: Tx, now: Date): Promise<Progress<Result>>;

  async claim(tx: Tx, _now: Date, skip: readonly string[]): Promise<WatchedRow<Input, Result> | undefined> {
    const [row] = await tx.query<WatchedRow<Input, Result>[]>(
      `SELECT id, input, file, done, result, tries FROM jobs WHERE kind = $1 AND status IN ('queued', 'running') AND id <> ALL($2)
       ORDER BY id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED`,
      [this.kind, skip],
    );
    return row;
  }

  async handle(job: WatchedRow<Input, Result>, tx: Tx, now: Date): Promise<void> {
    await tx.query('SAVEPOINT step');
    try {
      const { done, total, result } = await this.step(job, tx, now);
      const status = done >= total ? 'done' : 'running';
      await this.record(tx, job.id, { status, done, total, result: JSON.stringify(result), tries: 0 });
    } catch (error) {
      await tx.query('ROLLBACK TO SAVEPOINT step');
      const tries = job.tries + 1;
      if (!(error instanceof DomainError)) log.error(`a step of the job ${job.id} (${this.kind}) failed, try ${tries}`, error);
      const refusal = error instanceof DomainError ? error : tries < mostTries ? undefined : failed;
      const problem = refusal && JSON.stringify({ code: refusal.code, detail: refusal.text, ...refusal.details });
      await this.record(tx, job.id, {
        ...{ status: refusal ? 'failed' : 'running', tries, last_error: error instanceof Error ? error.message : String(error) },
        ...(problem && { problem }),
      });
    }
  }

  private async record(tx: Tx, id: string, set: Readonly<Record<string, unknown>>): Promise<void> {
    const columns = Object.keys(set).map((column, at) => `${column} = $${at + 2}`);
    await tx.query(
      `UPDATE jobs SET ${columns.join(', ')}, version = version + 1, updated_at = now(),
         ended_at = CASE WHEN $2 IN ('done', 'failed') THEN clock_timestamp() END, file = CASE WHEN $2 = 'running' THEN file END WHERE id = $1`,
      [id, ...Object.values(set)],
    );
  }
}
