import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventType } from '@ciep/contracts';
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
  type ServiceHost,
} from '@ciep/platform';
import { afterAll } from '@jest/globals';
import pg from 'pg';
import { Api } from './api.js';
import { eventually } from './eventually.js';
import { ResponseValidator } from './response-validator.js';
import { testDatabase } from './test-database.js';
import { TestClock } from './test-clock.js';
import { TokenIssuer, type Caller } from './tokens.js';

/** Options of a service under test. */
export interface TestOptions {
  /** Environment variables; a function gets the service's address. */
  readonly settings?: Readonly<Record<string, string>> | ((url: string) => Readonly<Record<string, string>>);
  /** The service trusts its own issuer instead of the test's keys (identity). */
  readonly ownTokens?: boolean;
  /** The initial time. */
  readonly now?: string;
  readonly providers?: ServiceHost['providers'];
  /** Runs on the new database before the service starts; a negative control drops its constraint here. */
  readonly beforeStart?: (admin: pg.Client) => Promise<void>;
  readonly log?: Log;
}

/** How an event is delivered. */
export interface Delivery {
  readonly aggregateVersion?: number;
  readonly id?: string;
  /** How many times the event is delivered. */
  readonly times?: number;
  /** Business time of the event. */
  readonly time?: string;
}

/** Stops what the tests of this file have started. Jest accepts hooks only while a file loads, so the import adds this one. */
const cleanups: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const end of cleanups.splice(0).reverse()) await end();
});

const issuer = 'http://localhost:3000/oidc';

const idField = (event: Pick<EventType, 'aggregate'>): string =>
  `${event.aggregate.replaceAll(/_[a-z]/g, part => part.slice(1).toUpperCase())}Id`;

/** A service under test: real HTTP, a PostgreSQL database of its own, and a clock that tests can move. */
export class TestService {
  private readonly validator: ResponseValidator | undefined;

  constructor(
    readonly running: RunningService,
    readonly clock: TestClock,
    readonly admin: pg.Client | undefined,
    private readonly bus: LocalBus,
    private readonly tokens: TokenIssuer,
  ) {
    this.validator = admin && new ResponseValidator(running.document());
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
    return new Api(this.url, this.validator, undefined);
  }

  /** The operations called so far, `get /v1/…`. */
  get seen(): ReadonlySet<string> {
    return this.validator?.seen ?? new Set();
  }

  /** Calls with a token for this caller. */
  as(caller: Caller): Api {
    const fixed = { id: randomUUID(), ...caller };
    return this.with(() => this.tokens.token(fixed));
  }

  /** Calls with a given token. */
  with(token: string | (() => Promise<string>)): Api {
    return new Api(this.url, this.validator, typeof token === 'string' ? () => Promise.resolve(token) : token);
  }

  /** A token for this caller. */
  token(caller: Caller): Promise<string> {
    return this.tokens.token(caller);
  }

  /** Queries the database as superuser. */
  async query<Row extends object = Record<string, unknown>>(sql: string, values: unknown[] = []): Promise<Row[]> {
    if (!this.admin) throw new Error(`${this.running.name} has no database`);
    return (await this.admin.query<Row>(sql, values)).rows;
  }

  /** The data of all recorded events of a type, oldest first. */
  async events<Data extends object>(event: EventType<Data>): Promise<Data[]> {
    return (await this.query<{ data: Data }>(`SELECT event->'data' AS data FROM outbox WHERE type = $1 ORDER BY id`, [event.type])).map(
      row => row.data,
    );
  }

  /** Delivers an event and waits until every reaction to it has run at least once. */
  async receive<Data extends object>(event: EventType<Data>, data: NoInfer<Data>, delivery: Delivery = {}): Promise<void> {
    const { id = randomUUID(), times = 1, aggregateVersion = 1, time = this.clock.now().toISOString() } = delivery;
    const subject = (data as Record<string, string | undefined>)[idField(event)] ?? randomUUID();
    const message: Message = {
      id,
      topic: event.topic,
      key: subject,
      event: {
        specversion: '1.0',
        id,
        source: `/${event.service}`,
        type: event.type,
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

  /** Delivers a stored event unchanged and waits until every reaction to it has run at least once. */
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

  /** Waits until no event waits for a reaction. */
  async settled(milliseconds?: number): Promise<void> {
    await eventually(async () => {
      const [row] = await this.query<{ open: number }>(`SELECT count(*)::int AS open FROM inbox WHERE status = 'waiting'`);
      if (row?.open !== 0) throw new Error(`${row?.open} events are still waiting`);
    }, milliseconds);
  }

  /** The dead-lettered events, with the reason. */
  deadLetters(): Promise<{ reaction: string; type: string; last_error: string }[]> {
    return this.query(`SELECT reaction, type, last_error FROM inbox WHERE status = 'dead_lettered' ORDER BY id`);
  }

  /** Runs one round of every job now. */
  runJobs(): Promise<void> {
    return this.running.runJobs();
  }
}

/** Settings that contain the service's own address, chosen before it starts. */
async function settingsWithAddress(settings: (url: string) => Readonly<Record<string, string>>): Promise<Record<string, string>> {
  const port = await freePort();
  return { PORT: String(port), ...settings(`http://127.0.0.1:${port}`) };
}

/** Starts a service in `beforeAll` for the tests of a file; it stops by itself after the last test. */
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
  // Jobs run only when a test calls them.
  running.begin({ jobs: false });
  cleanups.push(async () => {
    await running.close();
    await admin?.end();
    await database?.drop();
    await rm(folder, { recursive: true, force: true });
  });
  return new TestService(running, clock, admin, bus, tokens);
}
