import { randomUUID } from 'node:crypto';
import { applicationApproved, applicationConfirmed, invoicePaid } from '@ciep/contracts';
import { Database } from '@ciep/platform';
import { startService, type Api, type Caller, type TestService } from '@ciep/testing';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EventFeed } from '../src/feed/event-feed.service.js';
import { FeedQueries } from '../src/feed/feed.queries.js';
import { notification } from '../src/notification.module.js';
import { anApplication, approved, confirmed, exhibitor, opened, operator, organizer, partner } from './notification.factory.js';
import { clientSecret, urls } from './services.factory.js';

const path = '/v1/notification/events';
const day = 86_400;
let service: TestService;

beforeAll(async () => {
  service = await startService(notification, {
    settings: { ...urls('http://127.0.0.1:9'), NOTIFICATION_CLIENT_SECRET: clientSecret, NOTIFICATION_FEED_DAYS: '10' },
  });
});

beforeEach(async () => {
  await service.query('DELETE FROM feed_events; DELETE FROM feed');
  service.clock.set('2026-03-01T00:00:00Z');
});

interface Page {
  readonly items: { id: string; type: string }[];
  readonly nextCursor: string;
  readonly hasMore: boolean;
}

const read = async (api: Api, query: Record<string, string | number> = {}): Promise<Page> => (await api.get(path, { query })).body;
const idsOf = ({ items }: Page): string[] => items.map(({ id }) => id);

/** Tells that an application was confirmed, a second after the event before; answers the id of the event. */
const confirm = async (given: Parameters<typeof confirmed>[0] = {}): Promise<string> => {
  const id = randomUUID();
  service.clock.advance(1);
  await service.receive(applicationConfirmed, confirmed(given), { id });
  return id;
};

describe('the event feed', () => {
  it('shows the CloudEvents that webhooks carry, and no cache may keep them', async () => {
    const event = approved({ regionCode: '210000' });
    const id = randomUUID();
    await service.receive(applicationApproved, event, { id, time: '2026-02-28T23:59:00.000Z', aggregateVersion: 7 });
    const answer = await service.as(partner('210000')).get(path);
    expect(answer).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' }, body: { hasMore: false } });
    const { applicationId, editionId, organisationId, boardId, allocationId, boothId } = event;
    expect(answer.body.items).toEqual([
      {
        specversion: '1.0',
        id,
        source: '/exhibition',
        type: applicationApproved.type,
        subject: applicationId,
        time: '2026-02-28T23:59:00.000Z',
        datacontenttype: 'application/json',
        dataschema: expect.stringContaining(applicationApproved.type),
        aggregateversion: 7,
        data: { applicationId, editionId, organisationId, boardId, allocationId, boothId },
      },
    ]);
  });

  it('shows a region its own events, an organisation its own, and everything to the organizer, operators and auditors', async () => {
    const [mine, theirs] = [randomUUID(), randomUUID()];
    const application = anApplication({ organisationId: mine, regionCode: '210000' });
    const own = await confirm(application);
    const { gross: _, dueOn: __, ...invoice } = opened(application);
    const paid = randomUUID();
    await service.receive(invoicePaid, { ...invoice, paid: 1, overpaid: 0 }, { id: paid });
    const foreign = await confirm({ organisationId: theirs, regionCode: '220000' });
    const nowhere = await confirm({ organisationId: theirs, regionCode: null });
    const seenBy = async (caller: Caller) => idsOf(await read(service.as(caller)));
    expect(await seenBy(partner('210000'))).toEqual([own, paid]);
    expect(await seenBy(partner('220000'))).toEqual([foreign]);
    expect(await seenBy(partner('310000'))).toEqual([]);
    // A partner unit reads by its region, not as an organisation; an exhibitor of a region reads by its organisation.
    expect(await seenBy(partner('220000', mine))).toEqual([foreign]);
    expect(await seenBy({ ...exhibitor(mine), regionCode: '220000' })).toEqual([own, paid]);
    expect(await seenBy({ roles: ['organisation_member'], organisationId: theirs })).toEqual([foreign, nowhere]);
    const all = [own, paid, foreign, nowhere];
    for (const caller of [organizer(), operator(), { roles: ['auditor' as const], organisationId: randomUUID() }])
      expect(await seenBy(caller)).toEqual(all);
  });

  it('is refused without the permission, the scope, a region or a token', async () => {
    for (const role of ['finance_clerk', 'zone_undertaker', 'block_lead', 'individual', 'channel_partner'] as const)
      expect([role, (await service.as({ roles: [role], organisationId: randomUUID() }).get(path)).status]).toEqual([role, 403]);
    const { regionCode: _, ...unbound } = partner('210000');
    expect(await service.as(unbound).get(path)).toMatchObject({ status: 403, body: { code: 'webhook.no_region' } });
    expect((await service.as({ ...exhibitor(), scopes: ['exhibition:read'] }).get(path)).status).toBe(403);
    expect((await service.anonymous.get(path)).status).toBe(401);
  });

  it('goes on from the cursor, also of an empty page', async () => {
    const api = service.as(partner('210000'));
    const empty = await read(api);
    expect(empty).toMatchObject({ items: [], hasMore: false });
    const ids = [await confirm(), await confirm(), await confirm()];
    await confirm({ regionCode: '220000' });
    const first = await read(api, { cursor: empty.nextCursor, limit: 2 });
    expect([idsOf(first), first.hasMore]).toEqual([ids.slice(0, 2), true]);
    const second = await read(api, { cursor: first.nextCursor, limit: 2 });
    expect([idsOf(second), second.hasMore]).toEqual([ids.slice(2), false]);
    const third = await read(api, { cursor: second.nextCursor });
    expect(idsOf(third)).toEqual([]);
    const next = await confirm();
    for (const { nextCursor } of [second, third]) expect(idsOf(await read(api, { cursor: nextCursor }))).toEqual([next]);
  });

  it('selects by type and by the time at which an event was taken in', async () => {
    const api = service.as(organizer());
    const ids = [await confirm(), await confirm(), await confirm()];
    const other = randomUUID();
    await service.receive(applicationApproved, approved(), { id: other });
    expect(idsOf(await read(api, { type: applicationConfirmed.type }))).toEqual(ids);
    expect(idsOf(await read(api, { type: `${applicationApproved.type},${applicationConfirmed.type}` }))).toEqual([...ids, other]);
    expect(idsOf(await read(api, { type: invoicePaid.type }))).toEqual([]);
    expect(idsOf(await read(api, { since: '2026-03-01T00:00:02Z', until: '2026-03-01T00:00:03Z' }))).toEqual([ids[1]]);
    expect(idsOf(await read(api, { since: '2026-03-01T08:00:03+08:00' }))).toEqual([ids[2], other]);
    expect(idsOf(await read(api, { until: '0001-01-01T00:00:00Z' }))).toEqual([]);
    expect(idsOf(await read(api, { since: '9999-12-31T23:59:59Z' }))).toEqual([]);
    const { nextCursor } = await read(api, { until: '2026-03-01T00:00:02Z' });
    expect(idsOf(await read(api, { cursor: nextCursor }))).toEqual([ids[1], ids[2], other]);
    const page = await read(api, { type: `${applicationApproved.type},${applicationConfirmed.type}`, limit: 3 });
    expect(idsOf(await read(api, { type: applicationApproved.type, cursor: page.nextCursor }))).toEqual([other]);
  });

  it('refuses what is no cursor of this reader, no type and no instant', async () => {
    await confirm();
    const { nextCursor } = await read(service.as(partner('210000')));
    const wrong = [
      [partner('220000'), { cursor: nextCursor }, 'cursor.invalid'],
      [organizer(), { cursor: nextCursor }, 'cursor.invalid'],
      [partner('210000'), { cursor: `${nextCursor}x` }, 'cursor.invalid'],
      [partner('210000'), { cursor: 'x' }, 'cursor.invalid'],
      [organizer(), { type: 'ciep.others.verification.requested.v1' }, 'query.invalid'],
      [organizer(), { since: 'yesterday' }, 'query.invalid'],
      [organizer(), { since: '0000-01-01T00:00:00Z' }, 'query.invalid'],
      [organizer(), { limit: 201 }, 'query.invalid'],
      [organizer(), { region: '210000' }, 'query.invalid'],
    ] as const;
    for (const [caller, query, code] of wrong)
      expect([query, await service.as(caller).get(path, { query })]).toMatchObject([query, { status: 400, body: { code } }]);
  });

  it('deletes events after their time, and says 410 to a cursor that may have missed some', async () => {
    const api = service.as(partner('210000'));
    const old = await confirm();
    const begun = await read(api, { limit: 1 });
    const kept = await confirm();
    const { nextCursor } = await read(api, { limit: 1 });
    service.clock.set('2026-03-11T00:00:01Z');
    expect(idsOf(await read(api, { cursor: nextCursor }))).toEqual([kept]);
    const behind = await read(api);
    service.clock.advance(1);
    const expired = await api.get(path, { query: { cursor: begun.nextCursor } });
    expect(expired).toMatchObject({
      status: 410,
      body: { code: 'event_cursor.expired', days: 10, keptSince: '2026-03-01T00:00:02.000Z' },
    });
    expect(expired.body.detail).toContain('since=2026-03-01T00:00:02.000Z');
    // It is deleted a day later than it can be missed.
    await service.runJobs();
    expect(idsOf(await read(api))).toEqual([old, kept]);
    service.clock.set('2026-03-12T00:00:02Z');
    await service.runJobs();
    expect(idsOf(await read(api))).toEqual([kept]);
    expect(await service.query('SELECT 1 FROM feed_readers WHERE reader = $1', ['region 210000'])).toHaveLength(1);
    // The cursor of a reader who asks from time to time does not expire, even if nothing happens.
    let cursor = behind.nextCursor;
    for (let round = 0; round < 5; round += 1) {
      service.clock.advance(8 * day);
      await service.runJobs();
      const page = await read(api, { cursor });
      expect(idsOf(page)).toEqual([]);
      cursor = page.nextCursor;
    }
    expect(idsOf(await read(api, { cursor: (await read(api)).nextCursor }))).toEqual([]);
    const next = await confirm();
    expect(idsOf(await read(api, { cursor }))).toEqual([next]);
  });

  it('takes a repeated event in once, and gives no position twice when the clock goes back', async () => {
    const api = service.as(organizer());
    const ids = [await confirm(), await confirm()];
    service.clock.set('2026-02-01T00:00:00Z');
    ids.push(await confirm());
    const again = randomUUID();
    await service.receive(applicationConfirmed, confirmed(), { id: again, times: 3 });
    expect(idsOf(await read(api))).toEqual([...ids, again]);
  });

  it('finds a page by an index, whoever reads and whatever is asked for', async () => {
    await service.query(`
      INSERT INTO feed_events SELECT n, gen_random_uuid(), 't' || n % 20, 's', '{}' FROM generate_series(1, 20000) n;
      INSERT INTO feed_readers SELECT 'everything', n, 't' || n % 20 FROM generate_series(1, 20000) n;
      ANALYZE feed_readers`);
    const rowsRead = async (condition: string) => {
      const [plan] = await service.query<{ 'QUERY PLAN': unknown }>(
        `EXPLAIN (ANALYZE, FORMAT JSON) SELECT position FROM feed_readers r WHERE r.reader = 'everything' AND r.position > 10000 ${condition} ORDER BY r.position LIMIT 51`,
      );
      const text = JSON.stringify(plan);
      return [...text.matchAll(/"(?:Actual Rows|Rows Removed by Filter)":\s*(\d+)/g)].reduce((sum, [, rows]) => sum + Number(rows), 0);
    };
    expect(await rowsRead('')).toBeLessThan(200);
    expect(await rowsRead(`AND r.type = 't7'`)).toBeLessThan(200);
  });
});

/** Somebody who adds an event to the feed, in a transaction that ends when the test says so. */
class Writer {
  readonly id = randomUUID();
  private readonly mayAdd = Promise.withResolvers<void>();
  private readonly mayEnd = Promise.withResolvers<boolean>();
  private readonly ended: Promise<boolean>;

  constructor(private readonly reader: string) {
    this.ended = service
      .find(Database)
      .transaction(async tx => {
        await this.mayAdd.promise;
        const told = { id: this.id, type: applicationConfirmed.type, subject: 'x', body: `{"id":"${this.id}"}`, readers: [this.reader] };
        await service.find(EventFeed).add(told, tx);
        if (!(await this.mayEnd.promise)) throw new Error('rolled back');
      })
      .then(
        () => true,
        () => false,
      );
  }

  /** It may wait for a transaction that added an event before. */
  add(): void {
    this.mayAdd.resolve();
  }

  end(commits: boolean): void {
    this.mayEnd.resolve(commits);
  }

  /** Whether its event is there. */
  async finish(): Promise<boolean> {
    this.add();
    this.end(true);
    return this.ended;
  }
}

/** Somebody who reads page after page. */
class Follower {
  readonly seen: string[] = [];
  private cursor: string | undefined;

  constructor(
    private readonly reader: string,
    private readonly type?: string[],
  ) {}

  async readPage(): Promise<boolean> {
    const query = { limit: 2, ...(this.cursor !== undefined && { cursor: this.cursor }), ...(this.type && { type: this.type }) };
    const { items, nextCursor, hasMore } = await service.find(FeedQueries).page(this.reader, query);
    this.seen.push(...items.map(({ id }) => id));
    this.cursor = nextCursor;
    return hasMore;
  }

  async readToTheEnd(): Promise<void> {
    while (await this.readPage());
  }
}

const writers = 5;
const writer = fc.nat(writers - 1);
const step = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ kind: 'read' } as const) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('add' as const), writer }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('end' as const), writer, commits: fc.boolean() }) },
);

describe('a reader who pages while events are written', () => {
  const kept = (reader: string) =>
    service.query<{ event_id: string }>(
      'SELECT e.event_id FROM feed_events e JOIN feed_readers r USING (position) WHERE r.reader = $1 ORDER BY position',
      [reader],
    );

  it('misses none and gets none twice, whichever transaction ends first', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), fc.boolean(), async (steps, byType) => {
        const reader = `region ${randomUUID()}`;
        const follower = new Follower(reader, byType ? [applicationConfirmed.type] : undefined);
        const all = Array.from({ length: writers }, () => new Writer(reader));
        for (const one of steps) {
          if (one.kind === 'read') await follower.readPage();
          else if (one.kind === 'add') all[one.writer]?.add();
          else all[one.writer]?.end(one.commits);
        }
        const committed = await Promise.all(all.map(async one => ((await one.finish()) ? one.id : undefined)));
        await follower.readToTheEnd();
        expect(follower.seen).toEqual((await kept(reader)).map(({ event_id }) => event_id));
        expect(follower.seen.toSorted()).toEqual(committed.filter(id => id !== undefined).toSorted());
      }),
      { numRuns: 60 },
    );
  });

  it('misses none of many that reactions take in side by side', async () => {
    const follower = new Follower('region 210000');
    let isOver = false;
    const reading = (async () => {
      while (!isOver) await follower.readPage();
    })();
    const ids = Array.from({ length: 60 }, () => randomUUID());
    await Promise.all(ids.map(id => service.receive(applicationConfirmed, confirmed({ regionCode: '210000' }), { id })));
    isOver = true;
    await reading;
    await follower.readToTheEnd();
    expect(follower.seen.toSorted()).toEqual(ids.toSorted());
    expect(follower.seen).toEqual((await kept('region 210000')).map(({ event_id }) => event_id));
  });
});
