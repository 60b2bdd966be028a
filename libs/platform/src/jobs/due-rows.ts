import { Injectable, SetMetadata } from '@nestjs/common';
import { applyDecorators } from '@nestjs/common';
import type { Tx } from '../database/database.js';

export const jobKey = 'ciep:job';

/** Marks a provider as a job, so that the runner finds it. */
export const Job = () => applyDecorators(Injectable(), SetMetadata(jobKey, true));

/**
 * A job that works off rows that are due, each in a transaction of its own; several instances share them. An error leaves
 * the row for the next round and does not hold the others up.
 */
export abstract class DueRows<Row extends { readonly id: string }> {
  /** Pause between rounds, in seconds. */
  readonly everySeconds: number = 2;

  /** Locks the next due row with `FOR UPDATE SKIP LOCKED LIMIT 1`, leaving out the ids in `skip`; undefined when none is due. */
  abstract claim(tx: Tx, now: Date, skip: readonly string[]): Promise<Row | undefined>;

  /** Does what is due and makes the row not due any more. */
  abstract handle(row: Row, tx: Tx, now: Date): Promise<void>;
}
