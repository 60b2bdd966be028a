import pg from 'pg';

/** Above the server's own statement time-out: only a server that does not answer at all exceeds it. */
const answerTimeoutMs = 5_500;
const endTimeoutMs = 1_000;

/** The server accepted a query and did not answer; the connection was cut. */
export class DatabaseSilent extends Error {
  readonly code = 'ETIMEDOUT';

  constructor() {
    super(`PostgreSQL did not answer within ${answerTimeoutMs} ms`);
    this.name = 'DatabaseSilent';
  }
}

/**
 * A connection that is cut when PostgreSQL stops answering; a network that drops packets does not break it. The query and everything
 * else on the connection reject at once with {@link DatabaseSilent}, so that the next user of the pool does not wait again. pg's own
 * `query_timeout` gives up the query but keeps the connection.
 */
export class Connection extends pg.Client {
  override query = ((...args: Parameters<pg.Client['query']>): unknown => {
    const answer: unknown = super.query(...args);
    if (!(answer instanceof Promise)) return answer;
    const timer = setTimeout(() => this.cut(new DatabaseSilent()), answerTimeoutMs);
    return answer.finally(() => clearTimeout(timer));
  }) as pg.Client['query'];

  override end = ((...args: []): unknown => {
    const timer = setTimeout(() => this.cut(), endTimeoutMs);
    timer.unref();
    this.once('end', () => clearTimeout(timer));
    return super.end(...args);
  }) as pg.Client['end'];

  /** Ends the connection at once, whatever runs on it. */
  cut(reason?: Error): void {
    const { stream } = (this as unknown as { connection: { stream: { destroy(error?: Error): void } } }).connection;
    stream.destroy(reason);
  }
}

/** Runs work on a connection of its own. */
export async function withConnection<R>(url: string, work: (client: pg.Client) => Promise<R>): Promise<R> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Lets the kernel notice a lost peer, even on an idle connection. */
export const keepAlive = { keepAlive: true, keepAliveInitialDelayMillis: 5_000 } as const;
