import { setTimeout as sleep } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import kafkajs from 'kafkajs';
import pg from 'pg';
import type { Suite } from '../services/suite.js';
import { Story } from '../tour/story.js';
import { type Line, median, percentile } from './part.js';

const rounds = 3;
const secondsARound = 5;
const aSecond = 100;

interface Milestone {
  readonly id: string;
  readonly at: string;
  readonly version: number;
}

/** Moves milestones in rotation at a given rate; each move publishes an event that exhibition stores. */
async function moving(story: Story, milestones: Milestone[]): Promise<number> {
  const pause = (1_000 * milestones.length) / aSecond;
  const end = performance.now() + secondsARound * 1_000;
  let published = 0;
  await Promise.all(
    milestones.map(async (milestone, index) => {
      let present = milestone;
      for (let due = performance.now() + (pause * index) / milestones.length; due < end; due += pause) {
        await sleep(Math.max(0, due - performance.now()));
        const at = new Date(Date.parse(present.at) + 1_000).toISOString();
        const path = `/v1/conference/milestones/${present.id}/move`;
        present = (await story.shenzhen.post<Milestone>(path, { at }, { ifMatch: present.version })).body;
        published += 1;
      }
      milestones[index] = present;
    }),
  );
  return published;
}

/** Milliseconds from the write of each event to the commit of its effect, by the clock of their common PostgreSQL. */
async function latencies(conference: pg.Client, exhibition: pg.Client, since: Date): Promise<number[]> {
  const { rows: published } = await conference.query<{ event_id: string; at: number }>(
    `SELECT event_id, extract(epoch FROM created_at)::float8 * 1000 AS at FROM outbox WHERE type = 'ciep.conference.milestone.set.v1' AND created_at >= $1`,
    [since],
  );
  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(100)) {
    const { rows } = await exhibition.query<{ event_id: string; at: number }>(
      `SELECT event_id, extract(epoch FROM processed_at)::float8 * 1000 AS at FROM inbox WHERE event_id = ANY($1) AND status = 'done'`,
      [published.map(({ event_id }) => event_id)],
    );
    if (rows.length < published.length) continue;
    const done = new Map(rows.map(({ event_id, at }) => [event_id, at]));
    return published.map(({ event_id, at }) => (done.get(event_id) ?? NaN) - at);
  }
  throw new Error('the events do not arrive');
}

/** Messages with plain kafkajs, on their own topic. */
class RawKafka {
  readonly milliseconds: number[] = [];
  private constructor(
    private readonly producer: kafkajs.Producer,
    private readonly consumer: kafkajs.Consumer,
    private readonly topic: string,
  ) {}

  static async connect(brokers: string): Promise<RawKafka> {
    const kafka = new kafkajs.Kafka({ brokers: brokers.split(','), logLevel: kafkajs.logLevel.NOTHING });
    const topic = `bench-${randomUUID()}`;
    const admin = kafka.admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic, numPartitions: 3, replicationFactor: 1 }], waitForLeaders: true });
    await admin.disconnect();
    const [producer, consumer] = [kafka.producer(), kafka.consumer({ groupId: topic })];
    await producer.connect();
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    const raw = new RawKafka(producer, consumer, topic);
    const joined = new Promise(done => consumer.on('consumer.group_join', done));
    await consumer.run({
      eachMessage: ({ message }) => {
        raw.milliseconds.push(performance.now() - Number(message.value?.toString()));
        return Promise.resolve();
      },
    });
    await joined;
    return raw;
  }

  async send(): Promise<void> {
    const sends: Promise<unknown>[] = [];
    for (let sent = 0; sent < secondsARound * aSecond; sent += 1) {
      sends.push(this.producer.send({ topic: this.topic, messages: [{ key: String(sent % 13), value: String(performance.now()) }] }));
      await sleep(1_000 / aSecond);
    }
    await Promise.all(sends);
  }

  async end(): Promise<void> {
    await this.consumer.disconnect();
    await this.producer.disconnect();
  }
}

/** The latency of an event between two services at a hundred a second, alternating with plain kafkajs messages. */
export async function eventLatency(suite: Suite): Promise<Line> {
  const story = new Story(suite.url);
  const { body: edition } = await story.anyone.get<{ id: string }>('/v1/conference/editions/demo');
  const { body } = await story.shenzhen.get<{ items: Milestone[] }>(`/v1/conference/editions/${edition.id}/milestones`);
  const raw = await RawKafka.connect(suite.brokers);
  const [conference, exhibition] = ['conference', 'exhibition'].map(
    name => new pg.Client({ connectionString: suite.database(name as 'conference').ownerUrl }),
  ) as [pg.Client, pg.Client];
  await conference.connect();
  await exhibition.connect();
  try {
    await moving(story, body.items); // to warm up
    const since = (await conference.query<{ now: Date }>('SELECT clock_timestamp() AS now')).rows[0]?.now ?? new Date();
    let published = 0;
    for (let round = 0; round < rounds; round += 1) {
      published += await moving(story, body.items);
      await raw.send();
    }
    const ours = await latencies(conference, exhibition, since);
    const shown = (values: number[]) => `${median(values).toFixed(0)} ms, 99 % within ${percentile(values, 0.99).toFixed(0)} ms`;
    const late = percentile(ours, 0.99);
    return {
      what: `Event written → effect committed in another service over Kafka, ${aSecond} a second wanted`,
      goal: '99 % within 1 s',
      reached: `${shown(ours)} at ${(published / rounds / secondsARound).toFixed(0)} a second; raw kafkajs ${shown(raw.milliseconds)}`,
      isMet: late <= 1_000,
    };
  } finally {
    await raw.end();
    await conference.end();
    await exhibition.end();
  }
}
