import './postgres-types.js';
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock } from '@ciep/kernel';
import { DataSource, type EntityManager, type EntityTarget, type MixedList } from 'typeorm';
import type { Pool, PoolClient } from 'pg';
import { Connection, keepAlive } from './connection.js';
import { SnakeCaseNames } from './naming.js';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { inSpan, type SpanAttributes } from '../tracing/tracing.js';

/** The open transaction of a request, reaction or job; always passed explicitly. */
export type Tx = EntityManager;

/** Anything that runs queries: the database or an open transaction. */
export interface Reader {
  query<Rows = Record<string, unknown>[]>(sql: string, values?: unknown[]): Promise<Rows>;
}

/** PostgreSQL answered ROLLBACK to our COMMIT: code inside the transaction swallowed an SQL error. */
export class TransactionUndone extends Error {
  constructor() {
    super('PostgreSQL rolled the transaction back instead of committing it: an SQL error was swallowed inside it');
    this.name = 'TransactionUndone';
  }
}

/** The connection broke during COMMIT: the change may or may not be committed. */
export class OutcomeUnknown extends Error {
  constructor(cause: unknown) {
    super('The connection was lost during COMMIT', { cause });
    this.name = 'OutcomeUnknown';
  }
}

/** The connection broke before COMMIT: nothing is committed. */
export class ConnectionLost extends Error {
  readonly code = 'ECONNRESET';

  constructor(cause: unknown) {
    super('The connection was lost inside a transaction', { cause });
    this.name = 'ConnectionLost';
  }
}

/**
 * A call chain with an open transaction asked for a second connection. Enough such requests at once would each hold one connection
 * and wait for another for ever; pass the open transaction on instead.
 */
export class BesideTransaction extends Error {
  constructor() {
    super('a query was sent beside the open transaction: pass `tx` on');
    this.name = 'BesideTransaction';
  }
}

const limits = '-c statement_timeout=5000 -c lock_timeout=2000 -c idle_in_transaction_session_timeout=10000 -c transaction_timeout=10000';
/** Includes the wait for a free connection. Together with the answer time-out it stays below the 10 seconds of a request. */
const connectTimeoutMs = 4_000;
const eventsRecorded = 'events were recorded in this transaction';

/** The database of a service; the only place that begins and ends transactions. */
export class Database {
  private readonly wakers: (() => void)[] = [];
  /** Only to detect mistakes: code never gets its transaction from here. */
  private readonly inside = new AsyncLocalStorage<true>();
  private readonly spanAttributes: SpanAttributes = { 'db.system.name': 'postgresql', 'db.namespace': this.service };

  private constructor(
    readonly dataSource: DataSource,
    readonly clock: Clock,
    /** The service whose database this is. */
    readonly service: string,
  ) {}

  /** Connects the pool of the application role. */
  static async connect(options: {
    url: string;
    service: string;
    poolSize: number;
    entities: readonly EntityTarget<unknown>[];
    clock: Clock;
  }): Promise<Database> {
    const dataSource = new DataSource({
      type: 'postgres',
      url: options.url,
      entities: options.entities as MixedList<() => unknown>,
      namingStrategy: new SnakeCaseNames(),
      applicationName: options.service,
      poolSize: options.poolSize,
      installExtensions: false,
      extra: { options: limits, connectionTimeoutMillis: connectTimeoutMs, Client: Connection, ...keepAlive },
    });
    return new Database(await dataSource.initialize(), options.clock, options.service);
  }

  /** Runs one statement outside a transaction. Throws {@link BesideTransaction} inside a transaction. */
  query<Rows = Record<string, unknown>[]>(sql: string, values?: unknown[]): Promise<Rows> {
    this.refuseInside();
    return inSpan({ name: 'query', kind: 'client', attributes: this.spanAttributes }, () => this.dataSource.query(sql, values));
  }

  /** The connections of the pool, and how many callers wait for one. */
  get pool(): { readonly total: number; readonly idle: number; readonly waiting: number } {
    const { totalCount, idleCount, waitingCount } = (this.dataSource.driver as PostgresDriver).master as Pool;
    return { total: totalCount, idle: idleCount, waiting: waitingCount };
  }

  /**
   * Runs work in one READ COMMITTED transaction and commits it; anything thrown rolls it back. Throws
   * {@link TransactionUndone} when PostgreSQL rolled back instead, {@link OutcomeUnknown} when the connection broke during COMMIT,
   * {@link ConnectionLost} when it broke before.
   */
  async transaction<R>(work: (tx: Tx) => Promise<R>): Promise<R> {
    this.refuseInside();
    return inSpan({ name: 'transaction', kind: 'client', attributes: this.spanAttributes }, () => this.transact(work));
  }

  private async transact<R>(work: (tx: Tx) => Promise<R>): Promise<R> {
    const runner = this.dataSource.createQueryRunner();
    const client = (await runner.connect()) as PoolClient;
    let open = false;
    try {
      await runner.startTransaction();
      open = true;
      const result = await this.inside.run(true, () => work(runner.manager));
      open = false;
      const { command } = await client.query('COMMIT').catch((error: unknown) => {
        throw new OutcomeUnknown(error);
      });
      if (command !== 'COMMIT') throw new TransactionUndone();
      if (runner.data[eventsRecorded]) this.wake();
      return result;
    } catch (error) {
      // TypeORM releases the runner of a broken connection by itself; later calls then fail as use after release.
      if (open && runner.isReleased) throw new ConnectionLost(error);
      if (open) await client.query('ROLLBACK').catch(() => undefined);
      throw error;
    } finally {
      await runner.release();
    }
  }

  /** Makes the commit of this transaction wake the relay. */
  static markEventsRecorded(tx: Tx): void {
    if (tx.queryRunner) tx.queryRunner.data[eventsRecorded] = true;
  }

  /** Calls back after each commit that recorded an event. */
  onEventsCommitted(waker: () => void): void {
    this.wakers.push(waker);
  }

  private refuseInside(): void {
    if (this.inside.getStore()) throw new BesideTransaction();
  }

  async close(): Promise<void> {
    await this.dataSource.destroy();
  }

  private wake(): void {
    for (const waker of this.wakers) waker();
  }
}

/** The pg client under an open transaction, for named statements. */
export async function clientOf(tx: Tx): Promise<PoolClient> {
  if (!tx.queryRunner) throw new Error('this needs an open transaction');
  return (await tx.queryRunner.connect()) as PoolClient;
}
