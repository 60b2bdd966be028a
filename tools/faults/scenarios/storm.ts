import { randomFrom } from '../plan.js';
import type { Operation } from '../history.js';
import type { Trial } from '../trial.js';
import type { Findings, Orders, Scenario } from './scenario.js';

const atOnce = 64;
const boothsOfSecondStorm = 200;

interface Applied {
  readonly id: string;
  readonly version: number;
  readonly number: string | null;
}

/** Many want one booth; then twice as many want two hundred. */
export const storm: Scenario = {
  name: 'storm',
  about: 'approvals of many applications for one booth, then for two hundred: one winner each',
  run: weather,
};

async function weather(trial: Trial, { clients, seed, say }: Orders): Promise<Findings> {
  const venue = await ground(trial, seed);
  const applications = await handIn(trial, venue, clients);
  const numbers = new Set(applications.map(({ number }) => number));
  say(`${applications.length} applications are submitted`);

  const [coveted = ''] = venue.boothIds;
  const first = await approve(trial, applications, () => coveted);
  say(`one booth: ${outcomes(first)}`);
  const losers = applications.filter((_, index) => first[index]?.outcome === 'fail');
  const random = randomFrom(seed);
  const others = venue.boothIds.slice(1);
  // Twice as many attempts as applications, because those who are refused ask for another booth.
  const second = [
    ...(await approve(trial, losers, () => others[Math.floor(random() * others.length)] ?? '')),
    ...(await approve(trial, await stillSubmitted(trial, losers), () => others[Math.floor(random() * others.length)] ?? '')),
  ];
  say(`${others.length} booths: ${outcomes(second)}`);

  const live = await trial.stage.query<{ boothId: string }>(
    'exhibition',
    'SELECT booth_id AS "boothId" FROM allocations WHERE is_live AND booth_id = ANY($1)',
    [venue.boothIds],
  );
  const winners = first.filter(({ outcome }) => outcome === 'ok').length;
  const all = [...first, ...second];
  const acknowledged = all.filter(({ outcome }) => outcome === 'ok').length;
  // Nobody gets a 5xx, however many come at once.
  const strange = all.filter(one => one.outcome !== 'ok' && !(one.outcome === 'fail' && one.code === 'booth.taken'));
  const taken = live.filter(({ boothId }) => boothId === coveted).length;
  return {
    figures: {
      'one booth: clients': first.length,
      'one booth: winners': winners,
      'one booth: all answered after, ms': span(first),
      'one booth: p99, ms': percentile(first, 99),
      [`${others.length} booths: clients`]: second.length,
      [`${others.length} booths: winners`]: acknowledged - winners,
      [`${others.length} booths: p99, ms`]: percentile(second, 99),
    },
    troubles: [
      ...(taken === 1 && winners === 1 ? [] : [`one booth has ${winners} winners and ${taken} allocations`]),
      ...(numbers.size === applications.length ? [] : [`${applications.length} applications have ${numbers.size} numbers`]),
      ...(live.length === acknowledged ? [] : [`${acknowledged} approvals were acknowledged, ${live.length} booths are allocated`]),
      ...strange.slice(0, 5).map(({ name, status, code }) => `${name} answered ${status ?? 'nothing'} ${code ?? ''}`),
    ],
  };
}

interface Venue {
  readonly editionId: string;
  readonly boardId: string;
  readonly boothIds: readonly string[];
}

/** A pavilion with booths for this scenario only. */
async function ground({ traffic }: Trial, seed: number): Promise<Venue> {
  const organizer = traffic.client('shenzhen');
  const { body: edition } = await organizer.get<{ id: string }>('edition.read', '/v1/conference/editions/demo');
  const { body: taken } = await organizer.get<{ items: { code: string }[] }>(
    'nodes.list',
    `/v1/exhibition/editions/${edition.id}/nodes?tree=true`,
  );
  const codes = new Set(taken.items.map(({ code }) => code));
  const code = Array.from({ length: 900 }, (_, index) => String(99 + ((seed + index) % 900))).find(free => !codes.has(free)) ?? '';
  const { body: node } = await organizer.send<{ id: string }>({
    name: 'node.create',
    method: 'POST',
    path: '/v1/exhibition/nodes',
    body: { editionId: edition.id, kind: 'pavilion', code, name: { zh: '风暴', en: 'Storm' }, areaTypes: ['general'] },
  });
  const booths = Array.from({ length: boothsOfSecondStorm + 1 }, (_, index) => ({
    nodeId: node.id,
    number: `S${code}-${index}`,
    hall: 1,
    floor: 1,
    type: 'standard',
    areaType: 'general',
    areaDm2: 900,
  }));
  const { body: made } = await organizer.send<{ items: { id: string }[] }>({
    name: 'booths.create',
    method: 'POST',
    path: '/v1/exhibition/booths/bulk',
    body: { editionId: edition.id, booths },
  });
  return { editionId: edition.id, boardId: node.id, boothIds: made.items.map(({ id }) => id) };
}

async function handIn({ traffic }: Trial, { editionId, boardId }: Venue, count: number): Promise<Applied[]> {
  const exhibitor = traffic.client('exhibitor-1', true);
  return inTurns(Array.from({ length: count }), async () => {
    const { body: draft } = await exhibitor.send<Applied>({
      name: 'application.draft',
      method: 'POST',
      path: '/v1/exhibition/applications',
      body: { editionId, boardId, ...form },
    });
    const { ok, body } = await exhibitor.send<Applied>({
      name: 'application.submit',
      method: 'POST',
      path: `/v1/exhibition/applications/${draft.id}/submit`,
      body: {},
      ifMatch: draft.version,
    });
    if (!ok) throw new Error(`an application cannot be submitted: ${JSON.stringify(body)}`);
    return body;
  });
}

function approve({ traffic }: Trial, applications: readonly Applied[], boothFor: () => string): Promise<Operation[]> {
  const organizer = traffic.client('shenzhen');
  return inTurns(applications, async ({ id, version }) => {
    const { operation } = await organizer.send({
      name: 'application.approve',
      method: 'POST',
      path: `/v1/exhibition/applications/${id}/approve`,
      body: { boothId: boothFor() },
      ifMatch: version,
    });
    return operation;
  });
}

async function stillSubmitted({ stage }: Trial, applications: readonly Applied[]): Promise<Applied[]> {
  return stage.query<Applied>('exhibition', `SELECT id, version, number FROM applications WHERE status = 'submitted' AND id = ANY($1)`, [
    applications.map(({ id }) => id),
  ]);
}

/** Sixty-four at a time, answers in the order of the items. */
async function inTurns<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  const next = items.entries();
  const worker = async () => {
    for (const [index, item] of next) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}

const outcomes = (operations: readonly Operation[]) =>
  [...Map.groupBy(operations, ({ outcome, status, code }) => `${outcome} ${status ?? ''} ${code ?? ''}`.trim())]
    .map(([what, those]) => `${those.length} × ${what}`)
    .join(', ');

const span = (operations: readonly Operation[]) =>
  Math.max(...operations.map(({ ended }) => ended)) - Math.min(...operations.map(({ begun }) => begun));

function percentile(operations: readonly Operation[], percent: number): number {
  const times = operations.map(({ begun, ended }) => ended - begun).sort((a, b) => a - b);
  return times[Math.min(times.length - 1, Math.floor((times.length * percent) / 100))] ?? 0;
}

const form = {
  areaType: 'general',
  exhibitorKind: 'enterprise',
  fasciaName: { zh: '北方示例', en: 'Northern Sample' },
  exhibits: [{ name: 'Welding robot', description: 'It welds ship plates.', type: 'product' }],
  contact: { name: 'Sample Contact', phone: '+86 24 5550 0100', mail: 'contact@example.org' },
  wishedBoothType: 'standard',
  wishedAreaDm2: 900,
};
