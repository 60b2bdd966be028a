import { createHash } from 'node:crypto';
import { Database, type Reader } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { TooManyTries } from './tries.errors.js';

/** The limits of a kind of key. */
export interface Terms {
  /** Number of free tries; the last of them locks the key for the first time. */
  readonly free: number;
  /** One try expires after this many seconds. */
  readonly regainSeconds: number;
}

const minute = 60;
/** A locked key unlocks by itself: nobody is locked out permanently (docs/rules.md#login). */
const longestPause = 15 * minute;

/** The earlier tries that have not expired. */
const left = `greatest(0, l.tries - extract(epoch FROM clock_timestamp() - l.counted_at) / $3)`;
/** A minute after the last free try, doubled after each further one. Rounded, because tries expire continuously. */
const closedUntil = (tries: string) =>
  `CASE WHEN round(${tries}) < $2 THEN '-infinity'
        ELSE clock_timestamp() + make_interval(secs => least(${longestPause}, ${minute} * power(2, least(round(${tries}) - $2, 10)))) END`;

/**
 * Counts tries per key, and locks a key for longer and longer while they continue. The counts are in the database, so that they survive
 * restarts and hold for all instances; keys are stored hashed. Nothing is counted while a key is locked, so a flood does not extend the
 * lock.
 */
@Injectable()
export class LockOut {
  constructor(private readonly database: Database) {}

  /**
   * Counts a try in one statement before any costly work, so that parallel guesses cannot exceed the limit. Throws {@link TooManyTries}.
   */
  async admit(kind: string, key: string, { free, regainSeconds }: Terms): Promise<void> {
    const hash = keyOf(kind, key);
    const [counted] = await this.database.query<unknown[]>(
      `INSERT INTO lock_outs AS l (key, tries, counted_at, closed_until)
       VALUES ($1, 1, clock_timestamp(), ${closedUntil('1::float8')})
       ON CONFLICT (key) DO UPDATE SET tries = ${left} + 1, counted_at = clock_timestamp(), closed_until = ${closedUntil(`${left} + 1`)}
       WHERE l.closed_until <= clock_timestamp() RETURNING 1`,
      [hash, free, regainSeconds],
    );
    if (!counted) throw new TooManyTries(await this.secondsClosed(hash));
  }

  /** Throws {@link TooManyTries} while the key is locked; counts nothing. */
  async refuseClosed(kind: string, key: string): Promise<void> {
    const seconds = await this.secondsClosed(keyOf(kind, key));
    if (seconds > 0) throw new TooManyTries(seconds);
  }

  /** Resets the count after a success. Pass the transaction if there is one. */
  async forget(kind: string, key: string, reader: Reader = this.database): Promise<void> {
    await reader.query('DELETE FROM lock_outs WHERE key = $1', [keyOf(kind, key)]);
  }

  /** Removes one successful try from the count; tries of others with the same key stay counted. */
  async giveBack(kind: string, key: string, { free }: Terms): Promise<void> {
    await this.database.query(
      `UPDATE lock_outs SET tries = greatest(0, tries - 1), closed_until = CASE WHEN round(tries - 1) < $2 THEN '-infinity' ELSE closed_until END WHERE key = $1`,
      [keyOf(kind, key), free],
    );
  }

  private async secondsClosed(hash: Buffer): Promise<number> {
    const [row] = await this.database.query<{ seconds: number }[]>(
      `SELECT greatest(1, ceil(extract(epoch FROM closed_until - clock_timestamp())))::int AS seconds FROM lock_outs
        WHERE key = $1 AND closed_until > clock_timestamp()`,
      [hash],
    );
    return row?.seconds ?? 0;
  }
}

/** Keys are hashed, so the table contains neither persons nor addresses. */
export const keyOf = (kind: string, key: string): Buffer => createHash('sha256').update(`${kind}\n${key}`).digest();
