import { Database, type Reader } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { keyOf } from './lock-out.service.js';
import { TooManyTries } from './tries.errors.js';

interface Limit {
  readonly tries: number;
  readonly seconds: number;
}

/**
 * Counts tries per key in windows, over all instances. A try is counted in one statement before any costly work, so that parallel guesses
 * cannot exceed the limit. Keys are stored hashed.
 */
@Injectable()
export class Tries {
  constructor(private readonly database: Database) {}

  /**
   * Throws {@link TooManyTries} beyond the limit. Pass the transaction if there is one, because a second connection might not be available.
   */
  async count(kind: string, key: string, limit: Limit, reader: Reader = this.database): Promise<void> {
    const wait = await this.secondsToWait(kind, key, limit, reader);
    if (wait > 0) throw new TooManyTries(wait);
  }

  /** Counts like the other, and says whether the try is within the limit. */
  async admits(kind: string, key: string, limit: Limit, reader: Reader): Promise<boolean> {
    return (await this.secondsToWait(kind, key, limit, reader)) === 0;
  }

  /** Forgets the tries of a key. */
  async forget(kind: string, key: string, reader: Reader): Promise<void> {
    await reader.query('DELETE FROM tries WHERE key = $1', [keyOf(kind, key)]);
  }

  /** Counts many tries at once: so many of them are within the limit, and the others may be tried again after `wait` seconds. */
  async take(kind: string, key: string, limit: Limit, many: number, reader: Reader): Promise<{ admitted: number; wait: number }> {
    if (many === 0) return { admitted: 0, wait: 0 };
    const { tries, wait } = await this.add(kind, key, limit, many, reader);
    return { admitted: Math.max(0, Math.min(many, limit.tries - (tries - many))), wait };
  }

  private async secondsToWait(kind: string, key: string, limit: Limit, reader: Reader): Promise<number> {
    const { tries, wait } = await this.add(kind, key, limit, 1, reader);
    return tries > limit.tries ? wait : 0;
  }

  private async add(kind: string, key: string, limit: Limit, many: number, reader: Reader): Promise<{ tries: number; wait: number }> {
    const [row] = await reader.query<{ tries: number; wait: number }[]>(
      `INSERT INTO tries AS t (key, tries, since) VALUES ($1, $3, now())
       ON CONFLICT (key) DO UPDATE SET
         tries = CASE WHEN t.since <= now() - make_interval(secs => $2) THEN $3 ELSE t.tries + $3 END,
         since = CASE WHEN t.since <= now() - make_interval(secs => $2) THEN now() ELSE t.since END
       RETURNING tries, greatest(1, ceil(extract(epoch FROM since + make_interval(secs => $2) - now())))::int AS wait`,
      [keyOf(kind, key), limit.seconds, many],
    );
    if (!row) throw new Error('a try was not counted');
    return row;
  }
}
