import { createHash } from 'node:crypto';
import { Database } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { TooManyTries } from './tries.errors.js';

/** How patiently a kind of key is counted. */
export interface Terms {
  /** So many tries are free; the last of them closes the key for the first time. */
  readonly free: number;
  /** One try is forgotten after so many seconds. */
  readonly regainSeconds: number;
}

const minute = 60;
/** A closed key opens again by itself: nobody is locked out for ever (docs/rules.md#login). */
const longestPause = 15 * minute;

/** Tries that are left of the earlier ones. */
const left = `greatest(0, l.tries - extract(epoch FROM clock_timestamp() - l.counted_at) / $3)`;
/** A minute after the last free try, twice as long after each further one. Rounded, for a little is forgotten in every moment. */
const closedUntil = (tries: string) =>
  `CASE WHEN round(${tries}) < $2 THEN '-infinity'
        ELSE clock_timestamp() + make_interval(secs => least(${longestPause}, ${minute} * power(2, least(round(${tries}) - $2, 10)))) END`;

/**
 * Counts tries per key, and closes a key for longer and longer while they go on. In the database, so that a restart and other
 * instances change nothing; keys are stored hashed. While a key is closed nothing is counted, so a flood does not lengthen it.
 */
@Injectable()
export class LockOut {
  constructor(private readonly database: Database) {}

  /** Counts a try in one statement before anything costly is done, so that parallel guesses cannot slip through. Throws {@link TooManyTries}. */
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

  /** Throws {@link TooManyTries} while the key is closed; counts nothing. */
  async refuseClosed(kind: string, key: string): Promise<void> {
    const seconds = await this.secondsClosed(keyOf(kind, key));
    if (seconds > 0) throw new TooManyTries(seconds);
  }

  /** Starts anew, after a success. */
  async forget(kind: string, key: string): Promise<void> {
    await this.database.query('DELETE FROM lock_outs WHERE key = $1', [keyOf(kind, key)]);
  }

  /** Takes back one try that was right. What others tried with the same key stays counted. */
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

/** Keys are hashed: neither who nor from where stands in the table. */
export const keyOf = (kind: string, key: string): Buffer => createHash('sha256').update(`${kind}\n${key}`).digest();
