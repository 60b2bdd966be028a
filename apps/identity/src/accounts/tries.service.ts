import { Database, type Reader } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { keyOf } from './lock-out.service.js';
import { TooManyTries } from './tries.errors.js';

interface Limit {
  readonly tries: number;
  readonly seconds: number;
}

/**
 * Counts tries per key in windows, over all instances. A try is counted in one statement before any costly work, so that
 * parallel guesses cannot slip through. Keys are stored hashed.
 */
@Injectable()
export class Tries {
  constructor(private readonly database: Database) {}

  /** Throws {@link TooManyTries} beyond the limit. Inside a transaction pass it: a second connection might have to be waited for. */
  async count(kind: string, key: string, limit: Limit, reader: Reader = this.database): Promise<void> {
    const [row] = await reader.query<{ tries: number; wait: number }[]>(
      `INSERT INTO tries AS t (key, tries, since) VALUES ($1, 1, now())
       ON CONFLICT (key) DO UPDATE SET
         tries = CASE WHEN t.since <= now() - make_interval(secs => $2) THEN 1 ELSE t.tries + 1 END,
         since = CASE WHEN t.since <= now() - make_interval(secs => $2) THEN now() ELSE t.since END
       RETURNING tries, ceil(extract(epoch FROM since + make_interval(secs => $2) - now()))::int AS wait`,
      [keyOf(kind, key), limit.seconds],
    );
    if (row && row.tries > limit.tries) throw new TooManyTries(Math.max(1, row.wait));
  }
}
