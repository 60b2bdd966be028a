import { randomUUID } from 'node:crypto';
import kafkajs from 'kafkajs';
import pg from 'pg';

/** Everything that a running platform stores or logs, for searching. */
export interface SearchableData {
  /** The log of each process. */
  logs(): Promise<ReadonlyMap<string, string>>;
  /** Database URLs of the services, with a role that sees every row. */
  readonly databases: ReadonlyMap<string, string>;
  /** Kafka, if the events went over it. */
  readonly brokers: string | undefined;
}

/** Where a value was found: `identity.accounts.mail`, `log of billing`, `topic ciep.identity.organisation`. */
export interface Hit {
  readonly what: string;
  readonly place: string;
}

/** A value to search for, byte by byte. */
export interface Wanted {
  readonly what: string;
  readonly value: string;
}

/** Searches a text for a value in all its encodings: plain, in a URL, in a form, as hexadecimal bytes. */
export function hitsIn(text: string, wanted: readonly Wanted[], place: string): Hit[] {
  return wanted.filter(({ value }) => spellingsOf(value).some(spelling => text.includes(spelling))).map(({ what }) => ({ what, place }));
}

const spellingsOf = (value: string): string[] => [
  ...new Set([
    value,
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value),
    new URLSearchParams({ value }).toString().slice('value='.length),
    Buffer.from(value).toString('hex'),
    Buffer.from(value).toString('base64').replace(/=+$/, ''),
  ]),
];

/** Searches the logs, every column of every table, and every message of every topic. */
export async function searchEverywhere({ logs, databases, brokers }: SearchableData, wanted: readonly Wanted[]): Promise<Hit[]> {
  const said = [...(await logs())].flatMap(([name, text]) => hitsIn(text, wanted, `log of ${name}`));
  const kept: Hit[] = [];
  for (const [name, url] of databases) kept.push(...(await hitsInDatabase(name, url, wanted)));
  return [...said, ...kept, ...(brokers === undefined ? [] : await hitsInKafka(brokers, wanted))];
}

async function hitsInDatabase(service: string, url: string, wanted: readonly Wanted[]): Promise<Hit[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`);
    const spellings = wanted.flatMap(({ what, value }) => spellingsOf(value).map(spelling => ({ what, spelling })));
    const hits: Hit[] = [];
    for (const { name } of tables) {
      const { rows } = await client.query<{ at: number; column: string }>(
        `SELECT DISTINCT s.at::int AS at, cell.key AS column
           FROM ${pg.escapeIdentifier(name)} t, jsonb_each_text(to_jsonb(t)) cell, unnest($1::text[]) WITH ORDINALITY AS s (text, at)
          WHERE position(s.text IN cell.value) > 0`,
        [spellings.map(({ spelling }) => spelling)],
      );
      for (const { at, column } of rows) hits.push({ what: spellings[at - 1]?.what ?? '', place: `${service}.${name}.${column}` });
    }
    return hits;
  } finally {
    await client.end();
  }
}

async function hitsInKafka(brokers: string, wanted: readonly Wanted[]): Promise<Hit[]> {
  const kafka = new kafkajs.Kafka({ brokers: brokers.split(','), logLevel: kafkajs.logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  const topics = (await admin.listTopics()).filter(topic => !topic.startsWith('__'));
  const open = new Map<string, number>();
  for (const topic of topics)
    for (const { partition, high, low } of await admin.fetchTopicOffsets(topic))
      if (Number(high) > Number(low)) open.set(`${topic} ${partition}`, Number(high));
  await admin.disconnect();
  const hits: Hit[] = [];
  const consumer = kafka.consumer({ groupId: `search-${randomUUID()}` });
  await consumer.connect();
  await consumer.subscribe({ topics, fromBeginning: true });
  await new Promise<void>((done, failed) => {
    if (open.size === 0) done();
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (!payload.restart) failed(payload.error);
    });
    const eachMessage: kafkajs.EachMessageHandler = ({ topic, partition, message }) => {
      const headers = Object.values(message.headers ?? {}).map(String);
      hits.push(...hitsIn([message.key, message.value, ...headers].map(String).join('\n'), wanted, `topic ${topic}`));
      if (Number(message.offset) + 1 >= (open.get(`${topic} ${partition}`) ?? 0)) open.delete(`${topic} ${partition}`);
      if (open.size === 0) done();
      return Promise.resolve();
    };
    consumer.run({ autoCommit: false, eachMessage }).catch(failed);
  });
  await consumer.disconnect();
  return hits;
}
