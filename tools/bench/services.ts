import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import kafkajs from 'kafkajs';
import pg from 'pg';
import { missingForKafka } from '../kafka/kafka.js';
import { startSuite, type Suite } from '../services/suite.js';
import { wideLimits } from '../services/wide-limits.js';
import { Story } from '../tour/story.js';
import { demoPaths } from './demo.js';
import { idlePercent } from './footprint.js';
import { type Line, median, type Part, percentile } from './part.js';
import { familyOf, postmasterOf, pssMiB } from './processes.js';
import { gatewayAgainstDirect } from './reading.js';

const names = ['gateway', 'identity', 'conference', 'exhibition', 'billing', 'notification'] as const;
const rounds = 4;
const factsARound = 30;
const pauseMs = 50;

interface Milestone {
  readonly id: string;
  readonly kind: string;
  readonly at: string;
  readonly version: number;
}

/** Moves a milestone so often; exhibition keeps a copy of each. */
async function tellFacts(story: Story, milestone: Milestone): Promise<Milestone> {
  let present = milestone;
  for (let told = 0; told < factsARound; told += 1) {
    const at = new Date(Date.parse(present.at) + 1_000).toISOString();
    const { body } = await story.shenzhen.post<Milestone>(
      `/v1/conference/milestones/${present.id}/move`,
      { at },
      { ifMatch: present.version },
    );
    present = body;
    await sleep(pauseMs);
  }
  return present;
}

/** Milliseconds from the writing of each fact of a milestone to the commit of its effect, by the clock of the one PostgreSQL. */
async function latencies(conference: pg.Client, exhibition: pg.Client, milestoneId: string): Promise<number[]> {
  const { rows: told } = await conference.query<{ event_id: string; at: number }>(
    'SELECT event_id, extract(epoch FROM created_at)::float8 * 1000 AS at FROM outbox WHERE aggregate_id = $1 ORDER BY id DESC LIMIT $2',
    [milestoneId, rounds * factsARound],
  );
  for (const end = Date.now() + 20_000; Date.now() < end; await sleep(100)) {
    const { rows } = await exhibition.query<{ event_id: string; at: number }>(
      `SELECT event_id, extract(epoch FROM processed_at)::float8 * 1000 AS at FROM inbox WHERE event_id = ANY($1) AND status = 'done'`,
      [told.map(({ event_id }) => event_id)],
    );
    if (rows.length < told.length) continue;
    const done = new Map(rows.map(({ event_id, at }) => [event_id, at]));
    return told.map(({ event_id, at }) => (done.get(event_id) ?? NaN) - at);
  }
  throw new Error('the facts do not arrive');
}

/** Messages by kafkajs as it comes, on a topic of their own. */
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
    await admin.createTopics({ topics: [{ topic, numPartitions: 1, replicationFactor: 1 }], waitForLeaders: true });
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
    for (let sent = 0; sent < factsARound; sent += 1) {
      await this.producer.send({ topic: this.topic, messages: [{ key: 'bench', value: String(performance.now()) }] });
      await sleep(pauseMs);
    }
  }

  async end(): Promise<void> {
    await this.consumer.disconnect();
    await this.producer.disconnect();
  }
}

async function effectLatency(suite: Suite): Promise<Line> {
  const story = new Story(suite.url);
  const { body: edition } = await story.anyone.get<{ id: string }>('/v1/conference/editions/demo');
  const { body } = await story.shenzhen.get<{ items: Milestone[] }>(`/v1/conference/editions/${edition.id}/milestones`);
  const first = body.items.at(-1);
  if (!first) throw new Error('the demo edition has no milestone');
  const raw = await RawKafka.connect(suite.brokers);
  const [conference, exhibition] = (['conference', 'exhibition'] as const).map(
    name => new pg.Client({ connectionString: suite.database(name).applicationUrl }),
  ) as [pg.Client, pg.Client];
  await conference.connect();
  await exhibition.connect();
  try {
    let milestone = first;
    for (let round = 0; round < rounds; round += 1) {
      milestone = await tellFacts(story, milestone);
      await raw.send();
    }
    const ours = await latencies(conference, exhibition, milestone.id);
    const shown = (values: number[]) => `${median(values).toFixed(0)} ms, 99 % within ${percentile(values, 0.99).toFixed(0)} ms`;
    return {
      what: 'Fact written → effect committed in another service over Kafka, beside raw kafkajs produce → consume, about ten a second',
      reached: `${shown(ours)}; raw kafkajs ${shown(raw.milliseconds)}`,
    };
  } finally {
    await raw.end();
    await conference.end();
    await exhibition.end();
  }
}

/** The same code as separate processes over a real Kafka: what the gateway takes, how long a fact travels, what idling costs. */
export const services: Part = {
  name: 'services',
  async run() {
    const missing = process.env['KAFKA_BROKERS'] ? [] : missingForKafka();
    if (missing.length > 0) return [{ what: 'As separate services', reached: `left out: ${missing.join(' and ')} not found` }];
    const dataDir = await mkdtemp(join(tmpdir(), 'ciep-bench-services-'));
    await chmod(dataDir, 0o711);
    const suite = await startSuite({ dataDir, port: 0, environment: wideLimits });
    try {
      await demoPaths(suite.url);
      await sleep(3_000);
      const node = () => names.map(name => suite.service(name).pid ?? 0);
      const postgres = () => familyOf(postmasterOf(dataDir));
      const idle = await idlePercent({ node, postgres, kafka: () => (suite.kafkaPid === undefined ? [] : [suite.kafkaPid]) });
      const ours = (idle['node'] ?? NaN) + (idle['postgres'] ?? NaN);
      const latency = await effectLatency(suite);
      const read = await gatewayAgainstDirect(suite.url, suite.service('exhibition').url, 'as separate services');
      return [
        ...read,
        latency,
        {
          what: 'CPU of the idle platform as six services over 30 s',
          goal: '≤ 15 % of a core',
          reached: `${ours.toFixed(1)} %: Node ${idle['node']?.toFixed(1)}, PostgreSQL ${idle['postgres']?.toFixed(1)}; Kafka itself ${idle['kafka']?.toFixed(1)}`,
          met: ours <= 15,
        },
        {
          what: 'Memory (sum of PSS) as six services, after this load',
          reached: `${(pssMiB(node()) + pssMiB(postgres())).toFixed(0)} MiB: Node ${pssMiB(node()).toFixed(0)}, PostgreSQL ${pssMiB(postgres()).toFixed(0)}`,
        },
      ];
    } finally {
      await suite.stop();
      await rm(dataDir, { recursive: true, force: true });
    }
  },
};
