import pg from 'pg';

/** Above the server's own statement time-out, so that only a server that does not answer at all is given up. */
const answerWithin = 5_500;
const farewellWithin = 1_000;

/** The server took a query and said nothing more: the connection was given up. */
export class DatabaseSilent extends Error {
  readonly code = 'ETIMEDOUT';

  constructor() {
    super(`PostgreSQL did not answer within ${answerWithin} ms`);
    this.name = 'DatabaseSilent';
  }
}

/**
 * A connection that is cut when PostgreSQL falls silent (a network that swallows packets breaks no connection): the query
 * rejects with {@link DatabaseSilent} and everything else on the connection at once, so that no later user of a pool waits
 * for the same silence. pg's own `query_timeout` would give up the query and keep the connection.
 */
export class Connection extends pg.Client {
  override query = ((...args: Parameters<pg.Client['query']>): unknown => {
    const answer: unknown = super.query(...args);
    if (!(answer instanceof Promise)) return answer;
    const timer = setTimeout(() => this.cut(new DatabaseSilent()), answerWithin);
    return answer.finally(() => clearTimeout(timer));
  }) as pg.Client['query'];

  override end = ((...args: []): unknown => {
    const timer = setTimeout(() => this.cut(), farewellWithin);
    timer.unref();
    this.once('end', () => clearTimeout(timer));
    return super.end(...args);
  }) as pg.Client['end'];

  /** Ends it at once, whatever is under way on it. */
  cut(reason?: Error): void {
    const { stream } = (this as unknown as { connection: { stream: { destroy(error?: Error): void } } }).connection;
    stream.destroy(reason);
  }
}

/** Has the kernel notice a peer that is gone, also while nothing is asked. */
export const keepAlive = { keepAlive: true, keepAliveInitialDelayMillis: 5_000 } as const;
