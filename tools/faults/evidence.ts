import { serviceNames, type ServiceName } from '@ciep/contracts';
import kafkajs from 'kafkajs';
import { listenersOf } from './listeners.js';
import type { Operation } from './history.js';
import type { Stage } from './stage.js';

/** An event in the outbox of its owner. */
export interface ToldEvent {
  readonly service: ServiceName;
  /** Position in the outbox. */
  readonly place: number;
  readonly eventId: string;
  readonly topic: string;
  readonly key: string;
  readonly type: string;
  readonly isSent: boolean;
  readonly data: Readonly<Record<string, unknown>>;
}

/** An event in the inbox of one reaction. */
export interface HeardEvent {
  readonly service: ServiceName;
  /** Class and method. */
  readonly reaction: string;
  readonly eventId: string;
  readonly key: string;
  readonly type: string;
  readonly status: string;
  /** Order in which they were handled. */
  readonly doneAt: number;
}

/** A message on a topic, in the order of its partition. */
export interface TopicMessage {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly eventId: string;
}

/** An audit entry without its content. */
export interface Audited {
  readonly service: ServiceName;
  readonly aggregate: string;
  readonly id: string;
  readonly version: number;
  readonly action: string;
  readonly requestId: string | null;
}

/** Everything that the checker judges. */
export interface Evidence {
  readonly operations: readonly Operation[];
  /** Idempotency keys with the status of the stored answer. */
  readonly keptAnswers: ReadonlyMap<string, number>;
  readonly events: readonly ToldEvent[];
  readonly inbox: readonly HeardEvent[];
  readonly messages: readonly TopicMessage[];
  /** The reactions that must receive each event type: class names by service. */
  readonly listeners: ReadonlyMap<string, readonly { readonly service: ServiceName; readonly reaction: string }[]>;
  readonly audit: readonly Audited[];
  /** Aggregates with their present version. */
  readonly aggregates: readonly {
    readonly service: ServiceName;
    readonly aggregate: string;
    readonly id: string;
    readonly version: number;
  }[];
  readonly allocations: readonly {
    readonly id: string;
    readonly boothId: string;
    readonly applicationId: string;
    readonly isLive: boolean;
  }[];
  readonly applications: readonly {
    readonly id: string;
    readonly mark: string | null;
    readonly status: string;
    readonly endorsement: string | null;
    readonly regionCode: string | null;
    readonly editionId: string;
  }[];
  readonly quotas: readonly { readonly editionId: string; readonly regionCode: string; readonly places: number; readonly taken: number }[];
  readonly ledger: readonly {
    readonly bookingId: string;
    readonly event: string;
    readonly paymentId: string | null;
    readonly amount: number;
  }[];
  readonly invoices: readonly {
    readonly id: string;
    readonly allocationId: string;
    readonly applicationId: string;
    readonly received: number;
    readonly refunded: number;
  }[];
  readonly payments: readonly { readonly id: string; readonly mark: string; readonly invoiceId: string | null; readonly amount: number }[];
  readonly refunds: readonly { readonly id: string; readonly mark: string; readonly invoiceId: string; readonly amount: number }[];
  /** Applications that billing knows to be closed, which need no invoice. */
  readonly ended: ReadonlySet<string>;
  readonly deliveries: readonly { readonly webhookId: string; readonly eventId: string; readonly status: string }[];
  /** `webhook-id` of each delivery that the harness received, repetitions included. */
  readonly received: readonly string[];
  /** Who marked which outbox row as sent, each time. */
  readonly marks: readonly { readonly service: ServiceName; readonly place: number; readonly backend: number }[];
  /** Mails for the same event, letter and recipient, with the number of times each was sent. */
  readonly mails: readonly { readonly id: string; readonly eventId: string; readonly status: string; readonly sent: number }[];
}

const aggregateTables: readonly (readonly [ServiceName, string, string])[] = [
  ['exhibition', 'application', 'applications'],
  ['exhibition', 'agreement', 'agreements'],
  ['billing', 'invoice', 'invoices'],
  ['billing', 'payment', 'payments'],
  ['billing', 'refund', 'refunds'],
  ['conference', 'edition', 'editions'],
  ['conference', 'milestone', 'milestones'],
  ['identity', 'organisation', 'organisations'],
  ['notification', 'webhook', 'webhooks'],
];

/** Installs triggers that record which connection sets each mark in an outbox. Once, right after the start. */
export async function watchMarks(stage: Stage): Promise<void> {
  for (const service of serviceNames) {
    await stage.query(
      service,
      `CREATE TABLE IF NOT EXISTS fault_marks (place bigint NOT NULL, backend int NOT NULL);
       CREATE OR REPLACE FUNCTION note_mark() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
       BEGIN
         INSERT INTO fault_marks VALUES (NEW.id, pg_backend_pid());
         RETURN NULL;
       END $$;
       CREATE OR REPLACE TRIGGER note_mark AFTER UPDATE OF published_at ON outbox FOR EACH ROW EXECUTE FUNCTION note_mark()`,
    );
  }
}

/** Reads all evidence, without proxies. The platform must be idle. */
export async function collectEvidence(
  stage: Stage,
  { operations, received }: { operations: readonly Operation[]; received: readonly string[] },
): Promise<Evidence> {
  const fromEach = async <Row extends object>(sql: string) =>
    (await Promise.all(serviceNames.map(async service => (await stage.query<Row>(service, sql)).map(row => ({ ...row, service }))))).flat();
  const keys = await fromEach<{ key: string; status: number | null }>('SELECT key, status FROM idempotency_keys');
  const aggregates = await Promise.all(
    aggregateTables.map(async ([service, aggregate, table]) =>
      (await stage.query<{ id: string; version: number }>(service, `SELECT id, version FROM ${table}`)).map(row => ({
        ...row,
        service,
        aggregate,
      })),
    ),
  );
  const ended = await stage.query<{ id: string }>('billing', 'SELECT application_id AS id FROM application_ends WHERE ended_version > 0');
  return {
    operations,
    received,
    keptAnswers: new Map(keys.map(({ key, status }) => [key, status ?? 0])),
    events: await fromEach(
      `SELECT id::int AS place, event_id AS "eventId", topic, key, type, published_at IS NOT NULL AS "isSent", event -> 'data' AS data FROM outbox ORDER BY id`,
    ),
    inbox: await fromEach(
      `SELECT reaction, event_id AS "eventId", key, type, status, coalesce(extract(epoch FROM processed_at) * 1e6, 0)::float8 AS "doneAt" FROM inbox ORDER BY processed_at, id`,
    ),
    messages: await dumpTopics(stage.brokers),
    listeners: listenersOf(),
    audit: await fromEach(
      `SELECT aggregate_type AS aggregate, aggregate_id AS id, aggregate_version AS version, action, request_id AS "requestId" FROM audit_entries ORDER BY id`,
    ),
    aggregates: aggregates.flat(),
    allocations: await stage.query(
      'exhibition',
      'SELECT id, booth_id AS "boothId", application_id AS "applicationId", is_live AS "isLive" FROM allocations',
    ),
    applications: await stage.query(
      'exhibition',
      'SELECT id, fascia_en AS mark, status, endorsement, region_code AS "regionCode", edition_id AS "editionId" FROM applications',
    ),
    quotas: await stage.query(
      'exhibition',
      'SELECT edition_id AS "editionId", region_code AS "regionCode", places, taken FROM region_quotas',
    ),
    ledger: await stage.query(
      'billing',
      'SELECT booking_id AS "bookingId", event, payment_id AS "paymentId", amount::float8 AS amount FROM ledger_entries ORDER BY id',
    ),
    invoices: await stage.query(
      'billing',
      `SELECT id, allocation_id AS "allocationId", application_id AS "applicationId", received::float8 AS received, refunded::float8 AS refunded FROM invoices`,
    ),
    payments: await stage.query(
      'billing',
      'SELECT id, statement_number AS mark, invoice_id AS "invoiceId", amount::float8 AS amount FROM payments',
    ),
    refunds: await stage.query(
      'billing',
      'SELECT id, statement_number AS mark, invoice_id AS "invoiceId", amount::float8 AS amount FROM refunds',
    ),
    ended: new Set(ended.map(({ id }) => id)),
    deliveries: await stage.query('notification', 'SELECT webhook_id AS "webhookId", event_id AS "eventId", status FROM deliveries'),
    marks: await fromEach('SELECT place::int AS place, backend FROM fault_marks'),
    mails: await stage.query(
      'notification',
      `SELECT m.id, m.event_id AS "eventId", m.status, count(d.mail_id)::int AS sent
         FROM mails m LEFT JOIN development_mails d ON d.mail_id = m.id GROUP BY m.id`,
    ),
  };
}

/** Every message on every topic of ours. */
async function dumpTopics(brokers: string): Promise<TopicMessage[]> {
  const kafka = new kafkajs.Kafka({ brokers: [brokers], clientId: 'faults', logLevel: kafkajs.logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  const topics = (await admin.listTopics()).filter(topic => topic.startsWith('ciep.'));
  const ends = new Map<string, number>();
  for (const topic of topics)
    for (const { partition, high } of await admin.fetchTopicOffsets(topic))
      if (Number(high) > 0) ends.set(`${topic} ${partition}`, Number(high));
  const groupId = `faults-${Date.now()}`;
  const consumer = kafka.consumer({ groupId, sessionTimeout: 10_000 });
  const messages: TopicMessage[] = [];
  await consumer.connect();
  await consumer.subscribe({ topics, fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('the topics could not be read within 60 s')), 60_000);
    const done = (topic: string, partition: number, next: number) => {
      if (next >= (ends.get(`${topic} ${partition}`) ?? 0)) ends.delete(`${topic} ${partition}`);
      if (ends.size > 0) return;
      clearTimeout(late);
      resolve();
    };
    if (ends.size === 0) done('', 0, 0);
    consumer
      .run({
        eachBatch: ({ batch: { topic, partition, messages: batch } }) => {
          for (const { offset, key, headers } of batch)
            messages.push({ topic, partition, offset: Number(offset), key: String(key), eventId: String(headers?.['ce_id']) });
          done(topic, partition, Number(batch.at(-1)?.offset ?? -1) + 1);
          return Promise.resolve();
        },
      })
      .catch(reject);
  });
  await consumer.disconnect();
  await admin.deleteGroups([groupId]).catch(() => undefined);
  await admin.disconnect();
  return messages;
}
