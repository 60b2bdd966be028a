import { beforeAll, describe, expect, it } from '@jest/globals';
import { editionChanged, milestoneSet, seeds } from '@ciep/contracts';
import { startService, type TestService } from '@ciep/testing';
import { conference } from '../src/conference.module.js';
import { seedConference } from '../src/database/seed.js';

const day = 24 * 3_600_000;
const start = '2026-11-21T10:00:00+08:00';

let service: TestService;

const datesOf = async (edition: string) => {
  const { items } = (await service.anonymous.get(`/v1/conference/editions/${edition}/milestones`)).body as {
    items: { kind: string; at: string }[];
  };
  return Object.fromEntries(items.map(({ kind, at }) => [kind, Date.parse(at)]));
};
/** The expected date of each milestone after moving along with the opening. */
const alongWith = (dates: Record<string, number>, opening: number) => ({
  ...Object.fromEntries(Object.entries(dates).map(([kind, at]) => [kind, at + opening - dates['opening']!])),
  year_end: Date.parse(`${new Date(opening + day).getUTCFullYear() + 1}-01-01T00:00:00+08:00`),
});
const versions = () => service.query('SELECT id, version FROM editions UNION ALL SELECT id, version FROM milestones ORDER BY id');
const daysLeft = async () => ((await datesOf('demo'))['exhibition_application_deadline']! - service.clock.now().getTime()) / day;

beforeAll(async () => {
  service = await startService(conference, { now: start });
  await seedConference(service.find);
});

describe(seedConference, () => {
  it('loads the 21st edition with its real dates', async () => {
    const { body } = await service.anonymous.get('/v1/conference/editions/21');
    expect(body).toMatchObject({
      id: seeds.edition21,
      ordinal: 21,
      startsOn: '2023-04-15',
      endsOn: '2023-04-16',
      published: true,
      isDemo: false,
    });
    const at = (text: string) => Date.parse(text);
    expect(await datesOf('21')).toEqual({
      forum_plan_deadline: at('2023-03-11T00:00:00+08:00'),
      forum_venue_deadline: at('2023-03-11T00:00:00+08:00'),
      exhibition_application_deadline: at('2023-03-25T00:00:00+08:00'),
      set_up_start: at('2023-04-13T00:00:00+08:00'),
      set_up_end: at('2023-04-15T00:00:00+08:00'),
      opening: at('2023-04-15T00:00:00+08:00'),
      closing: at('2023-04-17T00:00:00+08:00'),
      year_end: at('2024-01-01T00:00:00+08:00'),
    });
  });

  it('loads a demo edition with dates in the future, in the order of the 21st', async () => {
    const { body } = await service.anonymous.get('/v1/conference/editions/demo');
    expect(body).toMatchObject({ id: seeds.demoEdition, ordinal: null, code: 'demo', published: true, isDemo: true });
    expect((await service.anonymous.get('/v1/conference/editions/current')).body.id).toBe(seeds.demoEdition);
    const [real, demo] = [await datesOf('21'), await datesOf('demo')];
    const shift = demo['opening']! - real['opening']!;
    expect(shift % day).toBe(0);
    expect(demo).toEqual(alongWith(real, demo['opening']!));
    expect(Math.min(...Object.values(demo))).toBeGreaterThan(service.clock.now().getTime());
    expect(await daysLeft()).toBeGreaterThanOrEqual(59);
    expect(Date.parse(`${body.startsOn}T00:00:00+08:00`)).toBe(demo['opening']);
  });

  it('publishes events for what it loads', async () => {
    expect(new Set((await service.events(editionChanged)).map(({ editionId }) => editionId))).toEqual(
      new Set([seeds.edition21, seeds.demoEdition]),
    );
    expect(await service.events(milestoneSet)).toHaveLength(16);
  });

  it('changes nothing when it runs again', async () => {
    const before = await versions();
    await seedConference(service.find);
    await seedConference(service.find);
    expect(await versions()).toEqual(before);
  });

  it('moves the demo edition ahead once its deadline is nearer than 30 days, and not before', async () => {
    const deadline = (await datesOf('demo'))['exhibition_application_deadline']!;
    service.clock.set(new Date(deadline - 30 * day).toISOString());
    const before = await versions();
    await seedConference(service.find);
    expect(await versions()).toEqual(before);

    for (const now of [deadline - 30 * day + 1, deadline + 500 * day]) {
      service.clock.set(new Date(now).toISOString());
      const earlier = await datesOf('demo');
      await seedConference(service.find);
      const later = await datesOf('demo');
      expect(await daysLeft()).toBeGreaterThanOrEqual(59);
      expect(later).toEqual(alongWith(earlier, later['opening']!));
      const { body } = await service.anonymous.get('/v1/conference/editions/demo');
      expect(Date.parse(`${body.startsOn}T00:00:00+08:00`)).toBe(later['opening']);
    }
    expect((await datesOf('21'))['exhibition_application_deadline']).toBe(Date.parse('2023-03-25T00:00:00+08:00'));
  });

  it('keeps a date that the organizer has moved further ahead', async () => {
    const organizer = service.as({ roles: ['shenzhen_working_group'] });
    const { items } = (
      await service.anonymous.get('/v1/conference/editions/demo/milestones', { query: { kind: 'exhibition_application_deadline' } })
    ).body as { items: { id: string; version: number; at: string }[] };
    const [{ id, version, at }] = items as [{ id: string; version: number; at: string }];
    const moved = new Date(Date.parse(at) + 10 * day).toISOString();
    expect((await organizer.post(`/v1/conference/milestones/${id}/move`, { at: moved }, { ifMatch: version })).status).toBe(200);
    await seedConference(service.find);
    expect((await datesOf('demo'))['exhibition_application_deadline']).toBe(Date.parse(moved));
  });
});
