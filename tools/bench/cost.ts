import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { demoPaths, endorsedApplication, organizerToken, type Sample } from './demo.js';
import type { OneProcess } from './one-process.js';
import { type Line, median, type Part, spread } from './part.js';
import { only, press, type Pressed, type Shot } from './press.js';

const listsARound = 400;
const applicationsARound = 100;
const rounds = 5;
const connections = 4;

/** CPU milliseconds of Node and PostgreSQL per request. */
interface Cost {
  readonly node: number;
  readonly postgres: number;
}

async function costOf(platform: OneProcess, count: number, work: () => Promise<unknown>): Promise<Cost> {
  const before = platform.cpu();
  await work();
  const after = platform.cpu();
  const each = (from: number, to: number) => ((to - from) * 1_000) / count;
  return { node: each(before.node, after.node), postgres: each(before.postgres, after.postgres) };
}

/** Waits until no service has events in transit. */
async function settled(clients: readonly pg.Client[]): Promise<void> {
  const open = async (client: pg.Client) =>
    (
      await client.query<{ open: boolean }>(
        `SELECT EXISTS (SELECT 1 FROM outbox WHERE published_at IS NULL) OR EXISTS (SELECT 1 FROM inbox WHERE status = 'waiting') AS open`,
      )
    ).rows[0]?.open === true;
  for (const end = Date.now() + 20_000; Date.now() < end; await sleep(50)) {
    // Checked twice, because an event between two tables is visible in neither.
    if (!(await Promise.all([...clients, ...clients].map(open))).includes(true)) return;
  }
  throw new Error('the events do not settle');
}

/** Sends many requests of a kind concurrently; returns the bodies of the answers. */
async function send(url: string, shots: Shot[], status: number): Promise<Pressed> {
  return only(status, await press(url, () => shots.shift(), { connections }));
}

const post = (token: string, path: string, body: object): Shot => ({
  method: 'POST',
  path,
  headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': randomUUID() },
  body: JSON.stringify(body),
});

/** Drafts, then submits, `applicationsARound` applications, and measures the cost of each step. */
async function applications(platform: OneProcess, sample: Sample, exhibition: pg.Client, all: readonly pg.Client[]): Promise<[Cost, Cost]> {
  const { url } = platform.served;
  const since = (await exhibition.query<{ now: Date }>('SELECT clock_timestamp() AS now')).rows[0]?.now;
  const drafts = Array.from({ length: applicationsARound }, () => post(sample.token, '/v1/exhibition/applications', sample.form));
  const drafted = await costOf(platform, applicationsARound, () => send(url, drafts, 201));
  const { rows } = await exhibition.query<{ id: string }>(`SELECT id FROM applications WHERE status = 'draft' AND created_at >= $1`, [
    since,
  ]);
  const submits = rows.map(({ id }) => post(sample.token, `/v1/exhibition/applications/${id}/submit`, {}));
  const handedIn = await costOf(platform, applicationsARound, async () => {
    await send(url, submits, 200);
    await settled(all);
  });
  return [drafted, handedIn];
}

/** The cost of one round trip to PostgreSQL with a plain pg client, as a yardstick for the costs of requests. */
async function roundTrip(connectionString: string): Promise<Line> {
  const pool = new pg.Pool({ connectionString, max: connections });
  const count = 2_000;
  const trips = async (left = count / connections): Promise<void> => {
    for (; left > 0; left -= 1) await pool.query({ name: 'one', text: 'SELECT $1::int AS one', values: [1] });
  };
  const costs: number[] = [];
  for (let round = -1; round < rounds; round += 1) {
    const before = process.cpuUsage();
    await Promise.all(Array.from({ length: connections }, () => trips()));
    const { user, system } = process.cpuUsage(before);
    if (round >= 0) costs.push((user + system) / 1_000 / count);
  }
  await pool.end();
  return { what: 'For comparison: CPU time of a plain pg client for one round trip to PostgreSQL', reached: `${spread(costs)} ms` };
}

function line(what: string, costs: readonly Cost[], goal?: number): Line {
  const node = costs.map(cost => cost.node);
  return {
    what,
    ...(goal !== undefined && { goal: `≤ ${goal} ms`, isMet: median(node) <= goal }),
    reached: `${spread(node)} ms (and ${spread(costs.map(({ postgres }) => postgres))} ms of PostgreSQL)`,
  };
}

/** CPU time of the server process by kind of request. */
export const cost: Part = {
  name: 'cost',
  async run(stage) {
    const platform = await stage.platform();
    const { url, databases } = platform.served;
    const { list } = await demoPaths(url);
    await platform.analyse();
    const clients = Object.values(databases).map(connectionString => new pg.Client({ connectionString }));
    for (const client of clients) await client.connect();
    try {
      const lists = async (path: string, headers?: Shot['headers']): Promise<Cost[]> => {
        const shots = () => Array.from({ length: listsARound }, () => ({ path, ...(headers && { headers }) }));
        for (let warm = 0; warm < 3; warm += 1) await send(url, shots(), 200);
        const costs: Cost[] = [];
        for (let round = 0; round < rounds; round += 1) costs.push(await costOf(platform, listsARound, () => send(url, shots(), 200)));
        return costs;
      };
      const booths = await lists(list, { 'cache-control': 'no-cache' });
      const sample = await endorsedApplication(url);
      const exhibition = clients[Object.keys(databases).indexOf('exhibition')];
      if (!exhibition) throw new Error('exhibition has no database');
      const costs: [Cost, Cost][] = [];
      for (let round = -1; round < rounds; round += 1) {
        await settled(clients);
        const each = await applications(platform, sample, exhibition, clients);
        if (round >= 0) costs.push(each);
      }
      const authorization = `Bearer ${await organizerToken(url)}`;
      const organizer = await lists('/v1/exhibition/applications?limit=50', { authorization });
      const together = costs.map(([one, other]) => ({ node: one.node + other.node, postgres: one.postgres + other.postgres }));
      return [
        await roundTrip(databases['exhibition'] ?? ''),
        line('CPU time of the server process for a list of 50 public booths, through the gateway', booths, 1),
        line("… for the organizer's list of 50 applications", organizer, 1),
        line(
          '… for an application drafted (one request, no event)',
          costs.map(([drafted]) => drafted),
        ),
        line(
          '… for an application handed in (one request), its event, inbox and reactions included',
          costs.map(([, handedIn]) => handedIn),
        ),
        line('… for an application created: drafted and handed in, event, inbox and reactions included', together, 2),
      ];
    } finally {
      for (const client of clients) await client.end();
    }
  },
};
