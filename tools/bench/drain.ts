import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Suite } from '../services/suite.js';
import { Story } from '../tour/story.js';
import type { Line } from './part.js';
import { cpuSecondsOf } from './processes.js';

const facts = 50_000;
const longest = 600_000;
const goalSeconds = 120;

/** So many facts of organisations that have registered, each of its own, written at once behind the service's back. */
async function tell(identity: pg.Client): Promise<void> {
  const { rowCount } = await identity.query(
    `INSERT INTO outbox (event_id, topic, key, aggregate_type, aggregate_id, aggregate_version, seq, type, event)
     SELECT one.event_id, o.topic, one.id::text, o.aggregate_type, one.id, 1, 0, o.type,
       o.event || jsonb_build_object('id', one.event_id, 'data', (o.event -> 'data') || jsonb_build_object('organisationId', one.id))
     FROM (SELECT * FROM outbox WHERE type = 'ciep.identity.organisation.registered.v1' ORDER BY id DESC LIMIT 1) o,
       (SELECT gen_random_uuid() AS event_id, gen_random_uuid() AS id FROM generate_series(1, $1)) one`,
    [facts],
  );
  if (rowCount !== facts) throw new Error(`${rowCount} facts were written, not ${facts}`);
}

/** How long 50,000 facts take from one service's outbox over Kafka to their effects in another service, and what each costs. */
export async function drained(suite: Suite, pids: Readonly<Record<'node' | 'postgres', () => number[]>>): Promise<Line> {
  await new Story(suite.url).register('210000');
  const [identity, exhibition] = ['identity', 'exhibition'].map(
    name => new pg.Client({ connectionString: suite.database(name as 'identity').ownerUrl }),
  ) as [pg.Client, pg.Client];
  await identity.connect();
  await exhibition.connect();
  const count = async (client: pg.Client, sql: string) => (await client.query<{ count: number }>(sql)).rows[0]?.count ?? NaN;
  const known = () => count(exhibition, 'SELECT count(*)::int AS count FROM known_organisations');
  const unsent = () => count(identity, 'SELECT count(*)::int AS count FROM outbox WHERE published_at IS NULL');
  const cpu = () => ({ node: cpuSecondsOf(pids.node()), postgres: cpuSecondsOf(pids.postgres()) });
  try {
    const before = await known();
    const began = performance.now();
    const seconds = () => (performance.now() - began) / 1_000;
    await tell(identity);
    const written = seconds();
    const begun = cpu();
    let sent: number | undefined;
    while ((await known()) < before + facts) {
      if (sent === undefined && (await unsent()) === 0) sent = seconds();
      if (seconds() * 1_000 > longest)
        throw new Error(`${(await known()) - before} of ${facts} facts arrived within ${longest / 60_000} minutes`);
      await sleep(250);
    }
    const took = seconds() - written;
    const ended = cpu();
    const each = (name: 'node' | 'postgres') => (((ended[name] - begun[name]) * 1_000) / facts).toFixed(2);
    return {
      what: `${facts.toLocaleString('en')} facts from the outbox of one service over Kafka to their effects in another`,
      goal: `≤ ${goalSeconds} s`,
      reached: `${took.toFixed(0)} s, ${Math.round(facts / took)} a second; all were sent after ${((sent ?? seconds()) - written).toFixed(0)} s; CPU time for each: Node ${each('node')} ms, PostgreSQL ${each('postgres')} ms`,
      met: took <= goalSeconds,
    };
  } finally {
    await identity.end();
    await exhibition.end();
  }
}
