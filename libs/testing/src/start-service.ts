import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FactType } from '@ciep/contracts';
import {
  createLog,
  freePort,
  LocalBus,
  serve,
  type CloudEvent,
  type Finder,
  type Log,
  type Message,
  type RunningService,
  type ServiceDefinition,
  type Surroundings,
} from '@ciep/platform';
import { afterAll } from '@jest/globals';
import pg from 'pg';
import { Api } from './api.js';
import { eventually } from './eventually.js';
import { Judge } from './judge.js';
import { testDatabase } from './test-database.js';
import { TestClock } from './test-clock.js';
import { TokenIssuer, type Caller } from './tokens.js';

/** How a service under test differs from the usual. */
export interface TestOptions {
  /** Environment variables; may depend on where the service will listen. */
  readonly settings?: Readonly<Record<string, string>> | ((url: string) => Readonly<Record<string, string>>);
  /** The service trusts its own issuer instead of the test's keys (identity). */
  readonly ownTokens?: boolean;
  /** Where the clock stands at first. */
  readonly now?: string;
  readonly providers?: Surroundings['providers'];
  /** Runs on the fresh database before the service starts: a negative control drops its constraint here. */
  readonly beforeStart?: (admin: pg.Client) => Promise<void>;
  readonly log?: Log;
}

/** How a fact is delivered. */
export interface Delivery {
  readonly aggregateVersion?: number;
  readonly id?: string;
  /** How often the same fact is delivered. */
  readonly times?: number;
  /** Business instant at which it happened. */
  readonly time?: string;
}

/** What the tests of this file started. Jest takes hooks only while a file loads, so this one is set up by the import. */
const toEnd: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const end of toEnd.splice(0).reverse()) await end();
});

const issuer = 'http://localhost:3000/oidc';

const idField = (fact: Pick<FactType, 'aggregate'>): string =>
  `${fact.aggregate.replaceAll(/_[a-z]/g, part => part.slice(1).toUpperCase())}Id`;

/** A service under test: real HTTP, real PostgreSQL, its own database, a clock that can be moved. */
export class TestService {
  private readonly judge: Judge | undefined;

  constructor(
    readonly running: RunningService,
    readonly clock: TestClock,
    readonly admin: pg.Client | undefined,
    private readonly bus: LocalBus,
    private readonly tokens: TokenIssuer,
  ) {
    this.judge = admin && new Judge(running.document());
  }

  get url(): string {
    return this.running.url;
  }

  /** Finds a provider. */
  get find(): Finder {
    return this.running.find;
  }

  /** Calls without a token. */
  get anonymous(): Api {
    return new Api(this.url, this.judge, undefined);
  }

  /** Operations that were called so far, `get /v1/…`. */
  get seen(): ReadonlySet<string> {
    return this.judge?.seen ?? new Set();
  }

  /** Calls with a token for such a caller. */
  as(caller: Caller): Api {
    const fixed = { id: randomUUID(), ...caller };
    return this.with(() => this.tokens.token(fixed));
  }

  /** Calls with a given token. */
  with(token: string | (() => Promise<string>)): Api {
    return new Api(this.url, this.judge, typeof token === 'string' ? () => Promise.resolve(token) : token);
  }

  /** A token for such a caller. */
  token(caller: Caller): Promise<string> {
    return this.tokens.token(caller);
  }

  /** Looks into the database, as superuser. */
  async query<Row extends object = Record<string, unknown>>(sql: string, values: unknown[] = []): Promise<Row[]> {
    if (!this.admin) throw new Error(`${this.running.name} has no database`);
    return (await this.admin.query<Row>(sql, values)).rows;
  }

  /** The data of all facts of a kind that were written, oldest first. */
  async facts<Data extends object>(fact: FactType<Data>): Promise<Data[]> {
    return (await this.query<{ data: Data }>(`SELECT event->'data' AS data FROM outbox WHERE type = $1 ORDER BY id`, [fact.type])).map(
      row => row.data,
    );
  }

  /** Delivers a fact and waits until every reaction to it has run, once at least. */
  async receive<Data extends object>(fact: FactType<Data>, data: NoInfer<Data>, delivery: Delivery = {}): Promise<void> {
    const { id = randomUUID(), times = 1, aggregateVersion = 1, time = this.clock.now().toISOString() } = delivery;
    const subject = (data as Record<string, string | undefined>)[idField(fact)] ?? randomUUID();
    const message: Message = {
      id,
      topic: fact.topic,
      key: subject,
      event: {
        specversion: '1.0',
        id,
        source: `/${fact.service}`,
        type: fact.type,
        subject,
        time,
        datacontenttype: 'application/json',
        data,
        aggregateversion: aggregateVersion,
      },
    };
    for (let time = 0; time < times; time += 1) await this.bus.publish([message]);
    await this.reacted(message);
  }

  /** Delivers a fact as it was stored once, and waits until every reaction to it has run, once at least. */
  async replay(event: CloudEvent): Promise<void> {
    const { id, type, subject: key } = event;
    const message = { id, topic: type.split('.').slice(0, 3).join('.'), key, event };
    await this.bus.publish([message]);
    await this.reacted(message);
  }

  private async reacted({ id, event }: Message): Promise<void> {
    await eventually(async () => {
      const [row] = await this.query<{ open: number }>(
        `SELECT count(*)::int AS open FROM inbox WHERE event_id = $1 AND status = 'waiting' AND tries = 0 AND due_at <> 'infinity'`,
        [id],
      );
      if (row?.open !== 0) throw new Error(`${event.type} is still waiting`);
    });
  }

  /** Waits until no fact waits for a reaction. */
  async settled(milliseconds?: number): Promise<void> {
    await eventually(async () => {
      const [row] = await this.query<{ open: number }>(`SELECT count(*)::int AS open FROM inbox WHERE status = 'waiting'`);
      if (row?.open !== 0) throw new Error(`${row?.open} facts are still waiting`);
    }, milliseconds);
  }

  /** The facts that were parked, with the reason. */
  parked(): Promise<{ reaction: string; type: string; last_error: string }[]> {
    return this.query(`SELECT reaction, type, last_error FROM inbox WHERE status = 'parked' ORDER BY id`);
  }

  /** One round of every job, now. */
  runJobs(): Promise<void> {
    return this.running.runJobs();
  }
}

/** Settings that name the service's own address, which is chosen before it starts then. */
async function settingsWithAddress(settings: (url: string) => Readonly<Record<string, string>>): Promise<Record<string, string>> {
  const port = await freePort();
  return { PORT: String(port), ...settings(`http://127.0.0.1:${port}`) };
}

/** Starts a service for the tests of a file, in `beforeAll`; it ends by itself after the last of them. */
export async function startService(definition: ServiceDefinition, options: TestOptions = {}): Promise<TestService> {
  const folder = await mkdtemp(join(tmpdir(), 'ciep-test-'));
  const database = definition.database === false ? undefined : await testDatabase(definition);
  const admin = database && new pg.Client({ connectionString: database.adminUrl });
  await admin?.connect();
  if (admin) await options.beforeStart?.(admin);
  const given = typeof options.settings === 'function' ? await settingsWithAddress(options.settings) : options.settings;
  const environment = { CIEP_PROFILE: 'development', CIEP_DATA_DIR: folder, PORT: '0', CIEP_POOL_SIZE: '10', ...given };
  const tokens = await TokenIssuer.create(given?.['CIEP_ISSUER'] ?? issuer);
  const clock = new TestClock(new Date(options.now ?? '2023-03-01T09:00:00+08:00'));
  const bus = new LocalBus();
  const running = await serve(definition, {
    environment,
    log: options.log ?? createLog(process.env['CIEP_TEST_LOG'] ?? 'silent'),
    clock,
    bus,
    ...(database && { databaseUrl: database.url }),
    ...(!options.ownTokens && { keys: tokens.keys }),
    ...(options.providers && { providers: options.providers }),
  });
  // Jobs run when a test says so.
  running.begin({ jobs: false });
  toEnd.push(async () => {
    await running.close();
    await admin?.end();
    await database?.drop();
    await rm(folder, { recursive: true, force: true });
  });
  return new TestService(running, clock, admin, bus, tokens);
}
