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

  private async secondsToWait(kind: string, key: string, limit: Limit, reader: Reader): Promise<number> {
    const [row] = await reader.query<{ tries: number; wait: number }[]>(
      `INSERT INTO tries AS t (key, tries, since) VALUES ($1, 1, now())
       ON CONFLICT (key) DO UPDATE SET
         tries = CASE WHEN t.since <= now() - make_interval(secs => $2) THEN 1 ELSE t.tries + 1 END,
         since = CASE WHEN t.since <= now() - make_interval(secs => $2) THEN now() ELSE t.since END
       RETURNING tries, ceil(extract(epoch FROM since + make_interval(secs => $2) - now()))::int AS wait`,
      [keyOf(kind, key), limit.seconds],
    );
    return row && row.tries > limit.tries ? Math.max(1, row.wait) : 0;
  }
}
