import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { invoicePaid, type InvoicePaid } from '@ciep/contracts';
import { Aggregate, newId, SystemClock } from '@ciep/kernel';
import {
  aggregateColumns,
  AggregateRepository,
  createLog,
  Database,
  defineFeature,
  defineService,
  KafkaBus,
  keepCopy,
  LocalBus,
  ReactsTo,
  serve,
  type Message,
  type MessageBus,
  type ReactionContext,
  type RunningService,
  type ServiceDefinition,
} from '@ciep/platform';
import { eventually, testDatabase, TokenIssuer, type TestDatabase } from '@ciep/testing';
import { Controller, Injectable } from '@nestjs/common';
import pg from 'pg';
import { Column, Entity, PrimaryColumn, type MigrationInterface, type QueryRunner } from 'typeorm';
import { OwnTopics } from './own-topics.js';

/** Two minimal services: one publishes events, numbered in the order of their key; the other one reacts. */
@Entity({ name: 'tallies' })
export class Tally extends Aggregate {
  @PrimaryColumn({ type: 'uuid' })
  readonly id!: string;

  @Column({ type: 'int' })
  readonly version!: number;

  @Column({ type: 'int' })
  number!: number;

  static start(): Tally {
    return Object.assign(new Tally(), { id: newId(), number: 0 });
  }

  raise(): void {
    this.number += 1;
    const { id, number } = this;
    this.record(
      invoicePaid({
        invoiceId: id,
        applicationId: id,
        editionId: id,
        organisationId: id,
        regionCode: null,
        paid: number,
        overpaid: 0,
        currency: 'CNY',
      }),
    );
  }
}

@Injectable()
export class TallyRepository extends AggregateRepository<Tally> {
  constructor(database: Database) {
    super(database, Tally);
  }
}

class CreateTallies1700000000000 implements MigrationInterface {
  readonly name = 'CreateTallies1700000000000';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`CREATE TABLE tallies (${aggregateColumns}, number int NOT NULL)`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('DROP TABLE tallies');
  }
}

const tallies = defineFeature({ providers: [TallyRepository], entities: [Tally] });
const publisher = defineService({ name: 'publisher', features: [tallies], migrations: [CreateTallies1700000000000] });

/** One row per event, so that lost, doubled or reordered effects show. */
@Controller()
class WriteDown {
  @ReactsTo(invoicePaid)
  async on({ invoiceId, paid }: InvoicePaid, { tx }: ReactionContext): Promise<void> {
    await tx.query('INSERT INTO effects (key, number) VALUES ($1, $2)', [invoiceId, paid]);
  }
}

@Controller()
class KeepCopies {
  @ReactsTo(invoicePaid)
  async on({ invoiceId, paid }: InvoicePaid, { tx, event }: ReactionContext): Promise<void> {
    await keepCopy(tx, 'copies', { key: invoiceId }, { number: paid }, event.aggregateversion);
  }
}

/** Negative control of the one above: keeps what arrives last. */
@Controller()
class KeepWhatComesLast {
  @ReactsTo(invoicePaid)
  async on({ invoiceId, paid }: InvoicePaid, { tx }: ReactionContext): Promise<void> {
    await tx.query('INSERT INTO careless_copies (key, number) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET number = excluded.number', [
      invoiceId,
      paid,
    ]);
  }
}

class CreateLedger1700000000000 implements MigrationInterface {
  readonly name = 'CreateLedger1700000000000';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE effects (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key uuid NOT NULL, number int NOT NULL);
      CREATE TABLE copies (key uuid PRIMARY KEY, number int NOT NULL, aggregate_version int NOT NULL);
      CREATE TABLE careless_copies (key uuid PRIMARY KEY, number int NOT NULL);
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('DROP TABLE effects, copies, careless_copies');
  }
}

const writing = defineFeature({ reactions: [WriteDown] });
const copying = defineFeature({ reactions: [KeepCopies, KeepWhatComesLast] });
const migrations = [CreateLedger1700000000000];
/** Records each event. */
export const ledger = defineService({ name: 'ledger', features: [writing], migrations });
/** A second service that does the same, on a database without deduplication in its inbox. */
export const blindLedger = defineService({ name: 'blindledger', features: [writing], migrations });
/** Keeps read copies. */
export const copies = defineService({ name: 'copies', features: [copying], migrations });

/** Defeats the unique constraint of an inbox: every row gets a new event id. */
export const blind = async (admin: pg.Client): Promise<void> => {
  await admin.query(`
    CREATE FUNCTION blind() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.event_id := gen_random_uuid(); RETURN NEW; END $$;
    CREATE TRIGGER blind BEFORE INSERT ON inbox FOR EACH ROW EXECUTE FUNCTION blind();
  `);
};

const log = createLog('silent');

/** The buses of the whole-stack suite. */
export const makeBus = {
  LocalBus: (): MessageBus => new LocalBus(),
  KafkaBus: (): MessageBus => new KafkaBus({ brokers: process.env['KAFKA_BROKERS'] ?? '', clientId: 'whole-stack', log }),
};

/** The publishing service and any number of consuming ones, each with its own database. */
export class Stack {
  readonly bus: OwnTopics;
  private readonly closers: (() => Promise<void>)[] = [];

  constructor(
    inner: MessageBus,
    readonly mark = `test-${randomBytes(6).toString('hex')}`,
  ) {
    this.bus = new OwnTopics(inner, mark);
    this.closers.push(() => inner.close());
  }

  /** Creates the topic of the events before anybody sends one. */
  async prepare(): Promise<this> {
    await this.bus.create([this.topic]);
    return this;
  }

  get topic(): string {
    return this.bus.topic(invoicePaid.topic);
  }

  /** Starts a consuming service; `prepare` changes its fresh database first. */
  async consumer(definition: ServiceDefinition, prepare?: (admin: pg.Client) => Promise<void>): Promise<Consumer> {
    const { running, admin } = await this.start(definition, this.bus, prepare);
    running.begin({ jobs: false });
    return new Consumer(admin);
  }

  /** Starts the publishing service. Its relay uses `bus`, by default the stack's own, or does not run at all. */
  async publisher({ bus = this.bus, relay = true }: { bus?: MessageBus; relay?: boolean } = {}): Promise<Publisher> {
    const { running, admin, database } = await this.start(publisher, bus);
    if (relay) running.begin({ jobs: false });
    return new Publisher(running, admin, database.url);
  }

  async close(): Promise<void> {
    for (const close of this.closers.splice(0).reverse()) await close();
  }

  private async start(definition: ServiceDefinition, bus: MessageBus, prepare?: (admin: pg.Client) => Promise<void>) {
    const database: TestDatabase = await testDatabase(definition);
    this.closers.push(() => database.drop());
    const admin = new pg.Client({ connectionString: database.adminUrl });
    await admin.connect();
    this.closers.push(() => admin.end());
    await prepare?.(admin);
    const { keys } = await TokenIssuer.create('http://localhost/oidc');
    const running = await serve(definition, {
      environment: { CIEP_PROFILE: 'development', PORT: '0', CIEP_POOL_SIZE: definition === publisher ? '26' : '6' },
      log,
      clock: new SystemClock(),
      bus,
      keys,
      databaseUrl: database.url,
    });
    this.closers.push(() => running.close());
    return { running, admin, database };
  }
}

/** Publishes events through the repository. */
export class Publisher {
  private readonly database: Database;
  private readonly tallies: TallyRepository;

  constructor(
    readonly running: RunningService,
    readonly admin: pg.Client,
    readonly url: string,
  ) {
    this.database = running.find(Database);
    this.tallies = running.find(TallyRepository);
  }

  /** New keys without events. */
  async keys(count: number): Promise<string[]> {
    const fresh = Array.from({ length: count }, () => Tally.start());
    await this.database.transaction(tx => this.tallies.in(tx).insertAll(fresh));
    return fresh.map(({ id }) => id);
  }

  /** Records one more event of a key; the transaction stays open for a while after the write. */
  publish(key: string, jitterMs = 0): Promise<void> {
    return this.database.transaction(async tx => {
      await this.tallies.in(tx).update(key, tally => tally.raise());
      if (jitterMs > 0) await sleep(Math.random() * jitterMs);
    });
  }

  /** Waits until the bus has everything. */
  async sent(milliseconds = 30_000): Promise<void> {
    await eventually(async () => {
      const { rows } = await this.admin.query<{ unsent: number }>('SELECT count(*)::int AS unsent FROM outbox WHERE published_at IS NULL');
      if (rows[0]?.unsent !== 0) throw new Error(`${rows[0]?.unsent} events are not sent`);
    }, milliseconds);
  }

  /** The events of the outbox as messages, oldest first. */
  async messages(): Promise<Message[]> {
    const { rows } = await this.admin.query<{ topic: string; key: string; event: Message['event'] }>(
      'SELECT topic, key, event FROM outbox ORDER BY id',
    );
    return rows.map(({ topic, key, event }) => ({ id: event.id, topic, key, event }));
  }
}

/** Queries the database of a consuming service. */
export class Consumer {
  constructor(readonly admin: pg.Client) {}

  /** The recorded numbers of a key, in order. */
  async effects(key: string): Promise<number[]> {
    const { rows } = await this.admin.query<{ number: number }>('SELECT number FROM effects WHERE key = $1 ORDER BY id', [key]);
    return rows.map(({ number }) => number);
  }

  /** Waits until this many events are handled and none is pending. */
  async settled(events: number, milliseconds = 60_000): Promise<void> {
    await eventually(async () => {
      const { rows } = await this.admin.query<{ done: number; open: number }>(
        `SELECT count(*) FILTER (WHERE status = 'done')::int AS done, count(*) FILTER (WHERE status <> 'done')::int AS open FROM inbox`,
      );
      if ((rows[0]?.done ?? 0) < events || rows[0]?.open !== 0)
        throw new Error(`${rows[0]?.done} of ${events} done, ${rows[0]?.open} open`);
    }, milliseconds);
  }
}
