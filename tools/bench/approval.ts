import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { endorsedApplication, organizerToken, type Sample } from './demo.js';
import { type Booth, ExhibitionData } from './exhibition-data.js';
import type { OneProcess } from './one-process.js';
import { type Line, median, type Part, percent, spread } from './part.js';
import { press, type Shot } from './press.js';
import { exchanging, replay, type Script, transactionWith } from './replay.js';

const rounds = 7;
const applicationsARound = 150;
const atOnce = 32;
/** As many connections as the service has (CIEP_POOL_SIZE). */
const connections = 8;

/** Applications, and the booth that each one requests. */
interface Work {
  readonly applications: readonly string[];
  readonly boothOf: (index: number) => Booth;
}

interface Sides {
  readonly platform: OneProcess;
  readonly data: ExhibitionData;
  readonly pool: pg.Pool;
  readonly sample: Sample;
  readonly token: string;
}

const approvalOf = ({ token, sample }: Sides, applicationId: string, boothId: string, key: string): Shot => ({
  method: 'POST',
  path: `/v1/exhibition/applications/${applicationId}/approve`,
  headers: {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'if-match': `"${sample.version}"`,
    'idempotency-key': key,
  },
  body: JSON.stringify({ boothId }),
});

/** One approval that succeeds and one that fails, as the service sends them to its database. */
async function record(sides: Sides): Promise<{ winner: Script; loser: Script; ids: string[]; booth: Booth }> {
  const { platform, data, sample } = sides;
  const ids = await data.copiesOfApplication(sample.applicationId, 2);
  const [booth] = await data.copiesOfBooth(sample.boothId, 1);
  if (!booth) throw new Error('there is no booth');
  const keys = ids.map(() => randomUUID());
  const statements = await platform.recorded(async () => {
    for (const [index, id] of ids.entries()) {
      let isSent = false;
      const once = () => (isSent ? undefined : ((isSent = true), approvalOf(sides, id, booth.id, keys[index] ?? '')));
      const { statuses } = await press(platform.served.url, once, { connections: 1 });
      if (statuses[index === 0 ? 200 : 409] !== 1) throw new Error(`the recorded approvals answered ${JSON.stringify(statuses)}`);
    }
  });
  const [winner, loser] = keys.map(key => transactionWith(statements, key));
  return { winner: winner ?? [], loser: loser ?? [], ids, booth };
}

async function work({ data, sample }: Sides, contended: boolean): Promise<Work> {
  const applications = await data.copiesOfApplication(sample.applicationId, applicationsARound);
  const booths = await data.copiesOfBooth(sample.boothId, contended ? 1 : applicationsARound);
  return { applications, boothOf: index => booths[contended ? 0 : index] ?? { id: '', number: '' } };
}

function check(won: number, lost: number, contended: boolean): void {
  const wanted = contended ? 1 : applicationsARound;
  if (won !== wanted || won + lost !== applicationsARound) throw new Error(`${won} approvals won and ${lost} lost; ${wanted} had to win`);
}

/** Approvals per second through the gateway. */
async function throughGateway(sides: Sides, contended: boolean): Promise<number> {
  const { applications, boothOf } = await work(sides, contended);
  let sent = 0;
  const next = (): Shot | undefined => {
    const index = sent++;
    const id = applications[index];
    return id === undefined ? undefined : approvalOf(sides, id, boothOf(index).id, randomUUID());
  };
  const { statuses, perSecond } = await press(sides.platform.served.url, next, { connections: atOnce });
  check(statuses[200] ?? 0, statuses[409] ?? 0, contended);
  return perSecond;
}

/** The same with plain pg. */
async function byPlainPg(sides: Sides, contended: boolean, recorded: Awaited<ReturnType<typeof record>>): Promise<number> {
  const { applications, boothOf } = await work(sides, contended);
  const { winner, loser, ids, booth } = recorded;
  const kept = JSON.stringify([winner, sides.sample]).match(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g) ?? [];
  const foreign = await knownToOthers(sides, kept);
  const outcomes = { won: 0, lost: 0 };
  let sent = 0;
  const begin = performance.now();
  const send = async (): Promise<void> => {
    for (let index = sent++; index < applications.length; index = sent++) {
      const { id, number } = boothOf(index);
      const exchanged = new Map([...foreign.map((own): [string, string] => [own, own]), [booth.id, id], [booth.number, number]]);
      for (const id of ids) exchanged.set(id, applications[index] ?? '');
      outcomes[await replay(sides.pool, winner, loser, exchanging(exchanged))] += 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, send));
  const perSecond = applications.length / ((performance.now() - begin) / 1_000);
  check(outcomes.won, outcomes.lost, contended);
  return perSecond;
}

/** Ids shared by all approvals: edition, board and organisation of the application, account of the organizer. */
async function knownToOthers({ data, sample }: Sides, ids: readonly string[]): Promise<string[]> {
  const { rows } = await data.client.query<{ ids: string[] }>(
    'SELECT array[edition_id, board_id, organisation_id]::text[] AS ids FROM applications WHERE id = $1',
    [sample.applicationId],
  );
  return ids.filter(id => rows[0]?.ids.includes(id));
}

async function compared(sides: Sides, contended: boolean, recorded: Awaited<ReturnType<typeof record>>): Promise<Line> {
  const [gateway, plain]: [number[], number[]] = [[], []];
  await sides.data.withEventsHeldBack(async () => {
    for (let round = -1; round < rounds; round += 1) {
      const theirs = await byPlainPg(sides, contended, recorded);
      const ours = await throughGateway(sides, contended);
      if (round < 0) continue; // to warm up
      gateway.push(ours);
      plain.push(theirs);
    }
  });
  const ratios = gateway.map((each, index) => each / (plain[index] ?? NaN));
  return {
    what: `Approvals ${contended ? 'of different applications for one booth' : 'for different booths'}, ${atOnce} at once, through the gateway, against the same SQL by plain pg`,
    goal: '≥ 50 %',
    reached: `${percent(ratios)}: ${spread(gateway, 0)} against ${spread(plain, 0)} a second`,
    isMet: median(ratios) >= 0.5,
  };
}

/** Approval under contention, compared with the same statements in plain pg; events are held back on both sides, fsync is on. */
export const approval: Part = {
  name: 'approval',
  async run(stage) {
    const platform = await stage.platform();
    const { url, databases } = platform.served;
    const connectionString = databases['exhibition'] ?? '';
    const sample = await endorsedApplication(url);
    const data = await ExhibitionData.connect(connectionString);
    const pool = new pg.Pool({ connectionString, max: connections });
    const sides = { platform, data, pool, sample, token: await organizerToken(url) };
    try {
      const recorded = await record(sides);
      return [await compared(sides, false, recorded), await compared(sides, true, recorded)];
    } finally {
      await pool.end();
      await data.end();
    }
  },
};
