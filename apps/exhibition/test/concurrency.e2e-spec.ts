import { setTimeout } from 'node:timers/promises';
import { applicationApproved, applicationEndorsed } from '@ciep/contracts';
import { newId } from '@ciep/kernel';
import type { Tx } from '@ciep/platform';
import { startService, type Api, type TestService } from '@ciep/testing';
import { describe, expect, it, beforeAll } from '@jest/globals';
import { QuotaExhausted } from '../src/endorsements/endorsement.errors.js';
import { RegionQuotaRepository, type RegionOfEdition } from '../src/endorsements/region-quota.repository.js';
import { exhibition } from '../src/exhibition.module.js';
import { anExhibitor, anOpenEdition, applicationAt, aRegional, good, inTime, partnerOf, regionalFields } from './booking.factory.js';
import { aBooth, organizerOf } from './exhibition.factory.js';

interface Edition {
  readonly editionId: string;
  readonly regionalId: string;
  readonly generalId: string;
}
interface Row {
  readonly id: string;
  readonly version: number;
}
type Outcome = readonly [status: number, code: string | undefined];

/** Complete submitted applications of different organisations, inserted in one statement, because their history is not under test. */
const submittedApplications = (
  service: TestService,
  { editionId }: Edition,
  boardId: string,
  count: number,
  { areaType = 'general', regionCode }: { areaType?: string; regionCode?: string } = {},
): Promise<Row[]> =>
  service.query<Row>(
    `INSERT INTO applications (id, version, edition_id, organisation_id, board_id, number, status, is_handed_in, is_late, area_type, region_code, exhibitor_kind,
       fascia_zh, fascia_en, exhibits, contact, wished_booth_type, wished_area_dm2, submitted_at, corrections, timeline)
     SELECT gen_random_uuid(), 2, $1, gen_random_uuid(), $2, 'C-' || gen_random_uuid(), 'submitted', true, false, $4, $5, 'enterprise', '名称', 'Name',
       '[{"name":"a","description":"b","type":"product"}]', '{"name":"a","phone":"+86 24 5550 0100","mail":"a@exhibitor.example"}', 'standard', 900, now(), '[]', '[]'
     FROM generate_series(1, $3) RETURNING id, version`,
    [editionId, boardId, count, areaType, regionCode ?? null],
  );

const allAtOnce = (calls: readonly (() => Promise<{ status: number; body: unknown }>)[]): Promise<Outcome[]> =>
  Promise.all(
    calls.map(async call => {
      const { status, body } = await call();
      return [status, (body as { code?: string }).code] as const;
    }),
  );
const tally = (outcomes: readonly Outcome[]): Record<string, number> => {
  const counted: Record<string, number> = {};
  for (const [status, code] of outcomes) counted[`${status} ${code ?? ''}`.trim()] = (counted[`${status} ${code ?? ''}`.trim()] ?? 0) + 1;
  return counted;
};
const approvals = (organizer: Api, rows: readonly Row[], boothId: string) =>
  rows.map(
    ({ id, version }) =>
      () =>
        organizer.post(applicationAt(id, '/approve'), { boothId }, { ifMatch: version }),
  );
const liveOn = async (service: TestService, boothId: string): Promise<number> =>
  (await service.query('SELECT 1 FROM allocations WHERE booth_id = $1 AND is_live', [boothId])).length;

describe('one booth', () => {
  let service: TestService;
  let edition: Edition;
  let organizer: Api;

  beforeAll(async () => {
    service = await startService(exhibition, { now: inTime });
    organizer = organizerOf(service);
    edition = await anOpenEdition(service);
  });

  it('goes to one of 200 applications that are approved for it concurrently', async () => {
    const boothId = await aBooth(service, edition.editionId, edition.generalId);
    const rows = await submittedApplications(service, edition, edition.generalId, 200);
    const outcomes = await allAtOnce(approvals(organizer, rows, boothId));
    expect(tally(outcomes)).toEqual({ '200': 1, '409 booth.taken': 199 });
    expect(await liveOn(service, boothId)).toBe(1);
    const approved = (await service.events(applicationApproved)).filter(event => event.boothId === boothId);
    expect(approved).toHaveLength(1);
    const [left] = await service.query<{ count: number }>(
      `SELECT count(*)::int FROM applications WHERE id = ANY($1) AND status = 'submitted' AND version = 2 AND booth IS NULL`,
      [rows.map(({ id }) => id)],
    );
    expect(left?.count).toBe(199);
    expect(await service.query('SELECT 1 FROM agreements WHERE id = ANY($1)', [rows.map(({ id }) => id)])).toHaveLength(1);
  });

  it('can be exchanged crosswise without a deadlock', async () => {
    const [here, there] = [
      await aBooth(service, edition.editionId, edition.generalId),
      await aBooth(service, edition.editionId, edition.generalId),
    ];
    const rows = await submittedApplications(service, edition, edition.generalId, 2);
    const approved = await Promise.all(
      approvals(organizer, rows.slice(0, 1), here)
        .concat(approvals(organizer, rows.slice(1), there))
        .map(async call => good(await call())),
    );
    const swaps = approved.map(
      ({ id, version }, index) =>
        () =>
          organizer.post(applicationAt(id, '/swap-booth'), { boothId: index === 0 ? there : here }, { ifMatch: version }),
    );
    expect(tally(await allAtOnce(swaps))).toEqual({ '409 booth.taken': 2 });
    expect([await liveOn(service, here), await liveOn(service, there)]).toEqual([1, 1]);
  });

  it('is either approved or blocked, never both', async () => {
    for (let round = 0; round < 5; round += 1) {
      const boothId = await aBooth(service, edition.editionId, edition.generalId);
      const rows = await submittedApplications(service, edition, edition.generalId, 3);
      const block = () => organizer.post(`/v1/exhibition/booths/${boothId}/block`, { reason: '消防通道' }, { ifMatch: 1 });
      const [blocked, ...outcomes] = await allAtOnce([block, ...approvals(organizer, rows, boothId)]);
      const winners = outcomes.filter(([status]) => status === 200).length;
      expect(winners + (blocked?.[0] === 200 ? 1 : 0)).toBe(1);
    }
  });

  it('is freed once by a concurrent withdrawal and release', async () => {
    const { organisationId, exhibitor } = await anExhibitor(service);
    const boothId = await aBooth(service, edition.editionId, edition.generalId);
    const [row] = await submittedApplications(service, edition, edition.generalId, 1);
    await service.query('UPDATE applications SET organisation_id = $2 WHERE id = $1', [row?.id, organisationId]);
    const { id, version } = good(
      await organizer.post(applicationAt(row?.id ?? '', '/approve'), { boothId }, { ifMatch: row?.version ?? 0 }),
    );
    const outcomes = await allAtOnce([
      () => exhibitor.post(applicationAt(id, '/withdraw')),
      () => organizer.post(applicationAt(id, '/release'), { reason: '展区调整' }, { ifMatch: version }),
    ]);
    expect(outcomes.map(([status]) => status).filter(status => status === 200)).toHaveLength(1);
    expect(outcomes.every(([status]) => [200, 409, 412].includes(status))).toBe(true);
    expect(await liveOn(service, boothId)).toBe(0);
  });
});

describe('a booth that changes between read and allocation', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startService(exhibition, {
      now: inTime,
      // Runs where another transaction could commit: after the booth was read, before it is allocated.
      beforeStart: async admin => {
        await admin.query(`
          CREATE TABLE meanwhile (booth_id uuid, change text);
          GRANT SELECT ON meanwhile TO PUBLIC;
          CREATE FUNCTION change_meanwhile() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
          DECLARE item record;
          BEGIN
            FOR item IN SELECT * FROM meanwhile LOOP EXECUTE format('UPDATE booths SET %s WHERE id = %L', item.change, item.booth_id); END LOOP;
            RETURN NEW;
          END $$;
          CREATE TRIGGER change_meanwhile AFTER UPDATE ON applications FOR EACH ROW EXECUTE FUNCTION change_meanwhile();
        `);
      },
    });
  });

  it.each([
    ["number = 'X-1'", 'booth.changed'],
    ["type = 'corner'", 'booth.changed'],
    ['area_dm2 = 800', 'booth.changed'],
    ["area_type = 'government'", 'booth.changed'],
    ["status = 'blocked', blocked_reason = 'x'", 'booth.not_available'],
  ])('is not allocated with outdated data: %s', async (change, code) => {
    const edition = await anOpenEdition(service);
    const boothId = await aBooth(service, edition.editionId, edition.generalId);
    const [row] = await submittedApplications(service, edition, edition.generalId, 1);
    await service.query('TRUNCATE meanwhile');
    await service.query('INSERT INTO meanwhile VALUES ($1, $2)', [boothId, change]);
    const outcome = await allAtOnce(approvals(organizerOf(service), row ? [row] : [], boothId));
    expect(outcome).toEqual([[409, code]]);
    expect(await liveOn(service, boothId)).toBe(0);
    expect(await service.query('SELECT status FROM applications WHERE id = $1', [row?.id])).toEqual([{ status: 'submitted' }]);
  });
});

describe('ten places', () => {
  let service: TestService;
  let edition: Edition;

  beforeAll(async () => {
    service = await startService(exhibition, { now: inTime });
    edition = await anOpenEdition(service);
  });

  const quota = async (partner: Api) =>
    good<{ taken: number; left: number }>(await partner.get(`/v1/exhibition/editions/${edition.editionId}/quotas/mine`));
  const endorsements = (partner: Api, rows: readonly Row[]) =>
    rows.map(
      ({ id, version }) =>
        () =>
          partner.post(applicationAt(id, '/endorse'), {}, { ifMatch: version }),
    );

  it('go to ten of 50 concurrent endorsements', async () => {
    const partner = partnerOf(service);
    const rows = await submittedApplications(service, edition, edition.regionalId, 50, regionalFields);
    expect(tally(await allAtOnce(endorsements(partner, rows)))).toEqual({ '200': 10, '409 quota.exhausted': 40 });
    expect(await quota(partner)).toMatchObject({ taken: 10, left: 0 });
    expect((await service.events(applicationEndorsed)).filter(event => event.regionCode === '210000')).toHaveLength(10);
  });

  it('stay correct while they are taken and freed concurrently', async () => {
    const partner = partnerOf(service, '220000');
    const rows = await submittedApplications(service, edition, edition.regionalId, 30, { ...regionalFields, regionCode: '220000' });
    const first = await allAtOnce(endorsements(partner, rows.slice(0, 10)));
    expect(tally(first)).toEqual({ '200': 10 });
    const outcomes = await allAtOnce([
      ...endorsements(partner, rows.slice(10)),
      ...rows.slice(0, 10).map(
        ({ id, version }) =>
          () =>
            partner.post(applicationAt(id, '/withdraw-endorsement'), {}, { ifMatch: version + 1 }),
      ),
    ]);
    const newlyEndorsed = outcomes.slice(0, 20).filter(([status]) => status === 200).length;
    expect(outcomes.slice(20).every(([status]) => status === 200)).toBe(true);
    const [held] = await service.query<{ count: number }>(
      `SELECT count(*)::int FROM applications WHERE region_code = '220000' AND endorsement = 'region'`,
    );
    expect(held?.count).toBe(newlyEndorsed);
    expect((await quota(partner)).taken).toBe(newlyEndorsed);
  });

  it('are taken once by one key that is sent 50 times', async () => {
    const { editionId, regionalId } = await anOpenEdition(service);
    const { exhibitor } = await anExhibitor(service);
    const { id, version } = await aRegional(exhibitor, editionId, regionalId);
    const partner = partnerOf(service);
    const key = `key-${newId()}`;
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => partner.post(applicationAt(id, '/endorse'), {}, { ifMatch: version, key })),
    );
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(answers[0]?.status).toBe(200);
    expect(good<object>(await partner.get(`/v1/exhibition/editions/${editionId}/quotas/mine`))).toMatchObject({ taken: 1 });
  });
});

describe('a readable number', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startService(exhibition, { now: inTime });
  });

  it('is given once, without gaps, to 40 concurrent submissions', async () => {
    const edition = await anOpenEdition(service);
    const { organisationId, exhibitor } = await anExhibitor(service);
    const rows = await submittedApplications(service, edition, edition.generalId, 40);
    await service.query(
      `UPDATE applications SET organisation_id = $2, status = 'draft', is_handed_in = false, number = NULL, submitted_at = NULL WHERE id = ANY($1)`,
      [rows.map(({ id }) => id), organisationId],
    );
    const numbers = await Promise.all(rows.map(async ({ id }) => good(await exhibitor.post(applicationAt(id, '/submit'))).number));
    expect(numbers.sort()).toEqual(Array.from({ length: 40 }, (_, index) => `21-${String(index + 1).padStart(6, '0')}`));
  });
});

describe('without the unique index', () => {
  let service: TestService;

  beforeAll(async () => {
    // Each insertion checks first, as a careless program would, and then pauses, so its check is out of date when it writes.
    service = await startService(exhibition, {
      now: inTime,
      beforeStart: async admin => {
        await admin.query(`
          DROP INDEX allocations_one_live_per_booth;
          CREATE FUNCTION look_then_wait() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN
            IF EXISTS (SELECT 1 FROM allocations WHERE booth_id = NEW.booth_id AND is_live) THEN RETURN NULL; END IF;
            PERFORM pg_sleep(0.2);
            RETURN NEW;
          END $$;
          CREATE TRIGGER check_then_insert BEFORE INSERT ON allocations FOR EACH ROW EXECUTE FUNCTION look_then_wait();
        `);
      },
    });
  });

  it('negative control: several applications get one booth, because only the index prevents it', async () => {
    const edition = await anOpenEdition(service);
    const boothId = await aBooth(service, edition.editionId, edition.generalId);
    const rows = await submittedApplications(service, edition, edition.generalId, 20);
    const outcomes = await allAtOnce(approvals(organizerOf(service), rows, boothId));
    const winners = outcomes.filter(([status]) => status === 200).length;
    expect(winners).toBeGreaterThan(1);
    expect(await liveOn(service, boothId)).toBe(winners);
  });
});

describe('without the locked counter', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startService(exhibition, { now: inTime });
    // Reads the count, pauses, and writes one more: what a careless program would do.
    const careless = async ({ editionId, regionCode }: RegionOfEdition, tx: Tx): Promise<void> => {
      const [row] = await tx.query<{ taken: number; places: number }[]>(
        'SELECT taken, places FROM region_quotas WHERE edition_id = $1 AND region_code = $2',
        [editionId, regionCode],
      );
      if (!row || row.taken >= row.places) throw new QuotaExhausted(regionCode, row?.places ?? 0);
      await setTimeout(50);
      await tx.query('UPDATE region_quotas SET taken = $3 WHERE edition_id = $1 AND region_code = $2', [
        editionId,
        regionCode,
        row.taken + 1,
      ]);
    };
    Object.assign(service.find(RegionQuotaRepository), { take: careless });
  });

  it('negative control: more than ten get one of ten places', async () => {
    const edition = await anOpenEdition(service);
    const partner = partnerOf(service);
    const places = `/v1/exhibition/editions/${edition.editionId}/quotas/210000`;
    good(await organizerOf(service).put(places, { places: 10 }, { ifMatch: 0 }));
    const rows = await submittedApplications(service, edition, edition.regionalId, 50, regionalFields);
    const outcomes = await allAtOnce(
      rows.map(
        ({ id, version }) =>
          () =>
            partner.post(applicationAt(id, '/endorse'), {}, { ifMatch: version }),
      ),
    );
    expect(outcomes.filter(([status]) => status === 200).length).toBeGreaterThan(10);
  });
});
