import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Suite } from '../services/suite.js';
import { Story } from '../tour/story.js';
import type { Line } from './part.js';
import { cpuSecondsOf } from './processes.js';

const events = 50_000;
const longest = 600_000;
const goalSeconds = 120;

/** Writes many events at once directly into the database, each for its own registered organisation. */
async function writeEvents(identity: pg.Client): Promise<void> {
  const { rowCount } = await identity.query(
    `INSERT INTO outbox (event_id, topic, key, aggregate_type, aggregate_id, aggregate_version, seq, type, event)
     SELECT one.event_id, o.topic, one.id::text, o.aggregate_type, one.id, 1, 0, o.type,
       o.event || jsonb_build_object('id', one.event_id, 'data', (o.event -> 'data') || jsonb_build_object('organisationId', one.id))
     FROM (SELECT * FROM outbox WHERE type = 'ciep.identity.organisation.registered.v1' ORDER BY id DESC LIMIT 1) o,
       (SELECT gen_random_uuid() AS event_id, gen_random_uuid() AS id FROM generate_series(1, $1)) one`,
    [events],
  );
  if (rowCount !== events) throw new Error(`${rowCount} events were written, not ${events}`);
}

/** How long 50,000 events take from one service's outbox over Kafka to their effects in another service, and the cost of each. */
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
    await writeEvents(identity);
    const written = seconds();
    const begun = cpu();
    let sent: number | undefined;
    while ((await known()) < before + events) {
      if (sent === undefined && (await unsent()) === 0) sent = seconds();
      if (seconds() * 1_000 > longest)
        throw new Error(`${(await known()) - before} of ${events} events arrived within ${longest / 60_000} minutes`);
      await sleep(250);
    }
    const took = seconds() - written;
    const ended = cpu();
    const each = (name: 'node' | 'postgres') => (((ended[name] - begun[name]) * 1_000) / events).toFixed(2);
    return {
      what: `${events.toLocaleString('en')} events from the outbox of one service over Kafka to their effects in another`,
      goal: `≤ ${goalSeconds} s`,
      reached: `${took.toFixed(0)} s, ${Math.round(events / took)} a second; all were sent after ${((sent ?? seconds()) - written).toFixed(0)} s; CPU time for each: Node ${each('node')} ms, PostgreSQL ${each('postgres')} ms`,
      isMet: took <= goalSeconds,
    };
  } finally {
    await identity.end();
    await exhibition.end();
  }
}
