import { randomUUID } from 'node:crypto';
import { startService, type TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { exhibition } from '../src/exhibition.module.js';
import { anApproved, anExhibitor, anOpenEdition, applicationAt, aRegional, good, partnerOf } from './booking.factory.js';

let service: TestService;
let edition: { editionId: string; regionalId: string; generalId: string };
/** Applications of three organisations: two hold a booth, the third a place of its region. */
let [first, second, endorsed] = ['', '', ''];

beforeAll(async () => {
  service = await startService(exhibition, {
    // The database would refuse these faults, so their index and constraint are dropped.
    beforeStart: async admin => {
      await admin.query('DROP INDEX allocations_one_live_per_booth, allocations_one_live_per_application');
      await admin.query('ALTER TABLE region_quotas DROP CONSTRAINT region_quotas_check');
    },
  });
  edition = await anOpenEdition(service);
  first = (await anApproved(service, (await anExhibitor(service)).exhibitor, edition)).id;
  second = (await anApproved(service, (await anExhibitor(service)).exhibitor, edition)).id;
  const application = await aRegional((await anExhibitor(service)).exhibitor, edition.editionId, edition.regionalId);
  good(await partnerOf(service).post(applicationAt(application.id, '/endorse'), {}, { ifMatch: application.version }));
  endorsed = application.id;
});

const found = async (invariant: string) => (await service.running.audit()).filter(violation => violation.invariant === invariant);
const boothOf = async (applicationId: string): Promise<string> => {
  const [row] = await service.query<{ id: string }>('SELECT booth_id AS id FROM allocations WHERE application_id = $1', [applicationId]);
  return row?.id ?? '';
};

/** Plants a fault, expects the auditor to find this and nothing else, and removes it again. */
async function expectFound(invariant: string, ids: readonly string[], plant: string, undo: string, values: unknown[]): Promise<void> {
  expect(await found(invariant)).toEqual([]);
  await service.query(plant, values);
  expect(await found(invariant)).toEqual([{ invariant, count: ids.length, ids }]);
  await service.query(undo, values);
  expect(await service.running.audit()).toEqual([]);
}

describe('the auditor of the exhibition', () => {
  it('finds nothing wrong in the work of the service', async () => {
    expect(await service.running.audit()).toEqual([]);
  });

  it('finds a booth with two live allocations', async () => {
    const booth = await boothOf(first);
    await expectFound(
      'booth_has_one_live_allocation',
      [booth],
      `INSERT INTO allocations (id, application_id, booth_id, is_live, allocated_at) VALUES ($1, $2, $3, true, now())`,
      `DELETE FROM allocations WHERE id = $1 AND application_id = $2 AND booth_id = $3`,
      [randomUUID(), second, booth],
    );
  });

  it('finds an application with two live allocations', async () => {
    await expectFound(
      'application_has_one_live_allocation',
      [first],
      `INSERT INTO allocations (id, application_id, booth_id, is_live, allocated_at) VALUES ($1, $2, $3, true, now())`,
      `DELETE FROM allocations WHERE id = $1 AND application_id = $2 AND booth_id = $3`,
      [randomUUID(), first, await boothOf(second)],
    );
  });

  it('finds an approved application without its booth', async () => {
    await expectFound(
      'allocation_fits_application',
      [first],
      `UPDATE allocations SET is_live = false, freed_at = now(), freed_reason = 'organizer' WHERE application_id = $1`,
      `UPDATE allocations SET is_live = true, freed_at = NULL, freed_reason = NULL WHERE application_id = $1`,
      [first],
    );
  });

  it('finds a booth of an application that has ended', async () => {
    await expectFound(
      'allocation_fits_application',
      [first],
      `UPDATE applications SET status = 'withdrawn' WHERE id = $1`,
      `UPDATE applications SET status = 'approved' WHERE id = $1`,
      [first],
    );
  });

  it('finds a booth that was neither paid nor released', async () => {
    await expectFound(
      'overdue_booth_is_released',
      [first],
      `UPDATE applications SET pay_by = pay_by - 1000 WHERE id = $1`,
      `UPDATE applications SET pay_by = pay_by + 1000 WHERE id = $1`,
      [first],
    );
  });

  it('finds a region that has given more places than it has', async () => {
    const [quota] = await service.query<{ id: string }>('SELECT id FROM region_quotas WHERE edition_id = $1', [edition.editionId]);
    await expectFound(
      'region_has_the_places_it_gives',
      [quota?.id ?? ''],
      `UPDATE region_quotas SET places = 0 WHERE id = $1`,
      `UPDATE region_quotas SET places = 10 WHERE id = $1`,
      [quota?.id],
    );
  });

  it('finds a place that is not counted', async () => {
    await expectFound(
      'places_taken_are_counted',
      [`${edition.editionId} 210000`],
      `UPDATE applications SET endorsement = NULL WHERE id = $1`,
      `UPDATE applications SET endorsement = 'region' WHERE id = $1`,
      [endorsed],
    );
  });
});
