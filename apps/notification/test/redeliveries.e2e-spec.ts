import { randomUUID } from 'node:crypto';
import { applicationApproved, applicationConfirmed } from '@ciep/contracts';
import { eventually, startService, type Api, type Caller, type TestService } from '@ciep/testing';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { notification } from '../src/notification.module.js';
import { approved, confirmed, exhibitor, organizer, partner } from './notification.factory.js';
import { Receiver } from './receiver.factory.js';
import { clientSecret, urls } from './services.factory.js';

const path = '/v1/notification/webhooks';
let service: TestService;
let receiver: Receiver;

beforeAll(async () => {
  receiver = await Receiver.start();
  service = await startService(notification, {
    settings: {
      ...urls('http://127.0.0.1:9'),
      NOTIFICATION_CLIENT_SECRET: clientSecret,
      NOTIFICATION_WEBHOOK_ALLOW: receiver.pair,
      NOTIFICATION_WEBHOOK_TIMEOUT_MS: '4000',
    },
  });
});

beforeEach(async () => {
  await service.query('DELETE FROM webhooks; DELETE FROM feed_events; DELETE FROM feed');
  service.clock.set('2026-03-01T00:00:00Z');
  receiver.replies.length = 0;
  receiver.received.length = 0;
});

interface Endpoint {
  readonly api: Api;
  readonly id: string;
  readonly at: string;
  readonly hook: string;
}

const endpoint = async (caller: Caller, eventTypes: readonly string[] = [applicationConfirmed.type]): Promise<Endpoint> => {
  const api = service.as(caller);
  const hook = `/${randomUUID()}`;
  const { body } = await api.post(path, { url: receiver.url(hook), eventTypes });
  return { api, id: body.id, at: `${path}/${body.id}`, hook };
};

/** Tells of something that happened a second later than the event before; answers the id of the event. */
const confirm = async (given: Parameters<typeof confirmed>[0] = {}): Promise<string> => {
  const id = randomUUID();
  service.clock.advance(1);
  await service.receive(applicationConfirmed, confirmed(given), { id });
  return id;
};
const arrivedAt = ({ hook }: Endpoint) => receiver.at(hook).map(({ headers }) => headers['webhook-id']);
const again = ({ api, at }: Endpoint, body: object, options = {}) => api.post(`${at}/redeliver`, body, options);
const since = '2026-03-01T00:00:00Z';

describe('redelivery of a time', () => {
  it('sends the events of the time again, in order and with their ids', async () => {
    const mine = await endpoint(partner('210000'));
    const ids = [await confirm(), await confirm(), await confirm(), await confirm()];
    await confirm({ regionCode: '220000' });
    await service.runJobs();
    const bodies = receiver.received.map(({ body }) => body);
    expect(arrivedAt(mine)).toEqual(ids);
    service.clock.advance(60);
    const answer = await again(mine, { since: '2026-03-01T00:00:02Z', until: '2026-03-01T00:00:04Z' });
    expect(answer).toMatchObject({
      status: 202,
      body: {
        since: '2026-03-01T00:00:02.000Z',
        until: '2026-03-01T00:00:04.000Z',
        eventTypes: [applicationConfirmed.type],
        onlyFailed: false,
        events: 2,
      },
    });
    expect(answer.headers['location']).toBeUndefined();
    await service.runJobs();
    expect(receiver.received.map(({ body }) => body)).toEqual(bodies.slice(1, 3));
    expect(arrivedAt(mine)).toEqual(ids.slice(1, 3));
    expect((await again(mine, { since })).body).toMatchObject({ events: 4, until: '2026-03-01T00:01:05.000Z' });
    await service.runJobs();
    expect(arrivedAt(mine)).toEqual(ids);
    expect((await mine.api.get(`${mine.at}/deliveries`)).body.items).toHaveLength(4);
  });

  it('sends an endpoint what happened before it was there, of its own events and types alone', async () => {
    const organisationId = randomUUID();
    const own = await confirm({ organisationId });
    await confirm({ regionCode: '210000' });
    await service.receive(applicationApproved, approved({ organisationId }));
    const mine = await endpoint(exhibitor(organisationId));
    expect((await again(mine, { since })).body.events).toBe(1);
    await service.runJobs();
    expect(arrivedAt(mine)).toEqual([own]);
    const all = await endpoint(organizer(), [applicationConfirmed.type, applicationApproved.type]);
    expect((await again(all, { since, eventTypes: [applicationApproved.type] })).body.events).toBe(1);
    expect((await again(all, { since })).body.events).toBe(3);
  });

  it('sends only those that were given up, where that is asked for', async () => {
    const mine = await endpoint(partner('210000'));
    const ids = [await confirm(), await confirm(), await confirm()];
    receiver.replies.push({ status: 204 }, { status: 410 });
    await service.runJobs();
    expect(arrivedAt(mine)).toEqual(ids.slice(0, 2));
    expect(await again(mine, { since, onlyFailed: true })).toMatchObject({ status: 409, body: { code: 'webhook.disabled' } });
    await mine.api.post(`${mine.at}/enable`, {}, { ifMatch: 2 });
    expect((await again(mine, { since, onlyFailed: true })).body.events).toBe(1);
    await service.runJobs();
    expect(arrivedAt(mine).toSorted()).toEqual(ids.slice(1).toSorted());
    expect((await again(mine, { since, onlyFailed: true })).body.events).toBe(0);
  });

  it('sends no event a second time while it is being sent', async () => {
    const mine = await endpoint(partner('210000'));
    const id = await confirm();
    receiver.replies.push({ status: 204, silent: true });
    const round = service.runJobs();
    await eventually(() => expect(receiver.received).toHaveLength(1));
    expect((await again(mine, { since })).body.events).toBe(1);
    const next = await endpoint(partner('210000'));
    await next.api.post(`${next.at}/ping`);
    // The ping was taken in a later turn than the one in which the event would have been sent again.
    await eventually(() => expect(receiver.at(next.hook)).toHaveLength(1));
    expect(arrivedAt(mine)).toEqual([id]);
    await round;
    expect(await service.query('SELECT lease FROM deliveries WHERE event_id = $1', [id])).toEqual([{ lease: null }]);
  });

  it('is done once for an Idempotency-Key, which it needs, and is audited', async () => {
    const mine = await endpoint(partner('210000'));
    await confirm();
    await service.runJobs();
    receiver.at(mine.hook);
    expect(await again(mine, { since }, { key: false })).toMatchObject({ status: 400, body: { code: 'idempotency.key_required' } });
    const key = `again-${randomUUID()}`;
    const first = await again(mine, { since }, { key });
    await service.runJobs();
    expect(await again(mine, { since }, { key })).toMatchObject({
      status: 202,
      body: first.body,
      headers: { 'idempotency-replayed': 'true' },
    });
    await service.runJobs();
    expect(arrivedAt(mine)).toHaveLength(1);
    const entries = await service.query<{ changes: Record<string, { after: unknown }> }>(
      `SELECT changes FROM audit_entries WHERE aggregate_type = 'redelivery' AND client_id = 'partner-210000' ORDER BY id`,
    );
    expect(entries.at(-1)?.changes).toMatchObject({ webhook_id: { after: mine.id }, events: { after: 1 }, only_failed: { after: false } });
  });

  it('refuses what is too long, too much, no longer kept, nothing, or not subscribed to', async () => {
    const mine = await endpoint(partner('210000'));
    service.clock.set('2026-06-01T00:00:00Z');
    const { type } = applicationApproved;
    const refusals = [
      [{ since: '2026-05-01T00:00:00Z', until: '2026-06-01T00:00:01Z' }, 'redelivery.range_too_long', '/since'],
      [{ since: '2026-03-02T23:59:59Z', until: '2026-03-10T00:00:00Z' }, 'redelivery.no_longer_kept', '/since'],
      [{ since: '2026-05-30T00:00:00Z', until: '2026-05-30T00:00:00Z' }, 'redelivery.range_empty', '/until'],
      [{ since: '2026-06-01T00:00:00Z' }, 'redelivery.range_empty', '/until'],
      [{ since: '2026-05-30T00:00:00Z', eventTypes: [type] }, 'redelivery.not_subscribed', '/eventTypes'],
    ] as const;
    for (const [body, code, pointer] of refusals)
      expect([body, await again(mine, body)]).toMatchObject([body, { status: 422, body: { code, errors: [{ pointer }] } }]);
    for (const body of [
      {},
      { since: 'yesterday' },
      { since, onlyFailed: 'yes' },
      { since, eventTypes: [] },
      { since, url: 'https://8.8.8.8' },
    ])
      expect([body, (await again(mine, body)).status]).toEqual([body, 422]);
    expect((await again(mine, { since: '2026-05-01T00:00:00Z' })).status).toBe(202);

    await service.query(`
      INSERT INTO feed_events SELECT n, gen_random_uuid(), '${applicationConfirmed.type}', 's', '{}'
        FROM generate_series(1780185600000000, 1780185600010000) n;
      INSERT INTO feed_readers SELECT 'region 210000', position, type FROM feed_events`);
    expect(await again(mine, { since: '2026-05-31T00:00:00Z' })).toMatchObject({
      status: 422,
      body: { code: 'redelivery.too_many_events', limit: 10_000 },
    });
    expect(await service.query('SELECT 1 FROM deliveries')).toEqual([]);
    // As many as are admitted, twice: the second time each delivery is there.
    await service.query('DELETE FROM feed_events WHERE position = 1780185600000000');
    for (let time = 0; time < 2; time += 1) expect((await again(mine, { since: '2026-05-31T00:00:00Z' })).body.events).toBe(10_000);
    expect(await service.query('SELECT count(*)::int FROM deliveries')).toEqual([{ count: 10_000 }]);
  });

  it('is the owner’s alone', async () => {
    const organisationId = randomUUID();
    const { id, at } = await endpoint(partner('210000', organisationId));
    const strangers = [
      organizer(),
      partner('210000'),
      partner('220000', organisationId),
      exhibitor(organisationId),
      organizer(organisationId),
    ];
    for (const stranger of strangers) expect((await again({ api: service.as(stranger), id, at, hook: '' }, { since })).status).toBe(404);
    const member = service.as({ roles: ['organisation_member'], organisationId });
    expect((await again({ api: member, id, at, hook: '' }, { since })).status).toBe(403);
    expect((await again({ api: service.anonymous, id, at, hook: '' }, { since })).status).toBe(401);
  });
});
