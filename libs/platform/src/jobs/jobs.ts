import { applyDecorators, Injectable, SetMetadata } from '@nestjs/common';
import type { Tx } from '../database/database.js';

export const jobKey = 'ciep:job';

/** Marks a provider as a job, so that the runner finds it. */
export const Job = () => applyDecorators(Injectable(), SetMetadata(jobKey, true));

/** A row that is due. A row that a request or event wrote may keep its `traceparent`; the work on it then joins that trace. */
export interface DueRow {
  readonly id: string;
  readonly traceparent?: string | null;
}

/**
 * A job that works on due rows, each in a transaction of its own; several instances share them. After an error the row waits for
 * the next round, and the other rows do not wait for it.
 */
export abstract class DueRows<Row extends DueRow> {
  /** Pause between rounds, in seconds. */
  readonly everySeconds: number = 2;

  /** Locks the next due row with `FOR UPDATE SKIP LOCKED LIMIT 1`, except the ids in `skip`; undefined when none is due. */
  abstract claim(tx: Tx, now: Date, skip: readonly string[]): Promise<Row | undefined>;

  /** Does the work and makes the row no longer due. */
  abstract handle(row: Row, tx: Tx, now: Date): Promise<void>;
}

/** One round of a job. */
export interface JobRound {
  /** Fires when the service stops; the job then takes no further row. */
  readonly ending: AbortSignal;
  /** Runs the work on a row in a context and a span of its own, and logs a failure. Never rejects. */
  readonly work: (row: DueRow, work: () => Promise<void>) => Promise<void>;
}

/** A job that finds its rows itself, because the work on them cannot share a transaction with the database. */
export abstract class BackgroundJob {
  /** Pause between rounds, in seconds. */
  readonly everySeconds: number = 2;

  /** Works on what is due now. */
  abstract round(round: JobRound): Promise<void>;
}
