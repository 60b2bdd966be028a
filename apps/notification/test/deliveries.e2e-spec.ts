import { randomUUID } from 'node:crypto';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { agreementSealVerified, applicationApproved, applicationConfirmed, invoicePaid } from '@ciep/contracts';
import { eventually, startService, type Api, type TestService } from '@ciep/testing';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { notification } from '../src/notification.module.js';
import { certificateFor } from './certificate.factory.js';
import { clientSecret, ServicesStandIn, urls } from './services.factory.js';
import { anApplication, approved, confirmed, exhibitor, opened, organizer, partner } from './notification.factory.js';
import { isGenuine, Receiver, type Received } from './receiver.factory.js';

const path = '/v1/notification/webhooks';
let service: TestService;
let receiver: Receiver;
let others: ServicesStandIn;
let secure: Receiver;
let stranger: Receiver;
const certificate = certificateFor('localhost');

beforeAll(async () => {
  receiver = await Receiver.start();
  secure = await Receiver.start('localhost', certificate);
  stranger = await Receiver.start('127.0.0.1', certificate);
  others = await ServicesStandIn.start();
  const allowed = [receiver.pair, secure.pair, stranger.pair, '127.0.0.1:1', 'no-such-name.invalid:80'].join(', ');
  service = await startService(notification, {
    settings: {
      ...urls(others.url),
      NOTIFICATION_CLIENT_SECRET: clientSecret,
      NOTIFICATION_WEBHOOK_ALLOW: allowed,
      NOTIFICATION_WEBHOOK_TIMEOUT_MS: '4000',
    },
  });
});

beforeEach(async () => {
  service.clock.set('2026-03-01T00:00:00Z');
  receiver.replies.length = 0;
  await service.query('DELETE FROM webhooks');
});

interface Endpoint {
  readonly api: Api;
  readonly id: string;
  readonly secret: string;
  readonly at: string;
  readonly hook: string;
}

const endpoint = async (caller = exhibitor(), eventTypes: readonly string[] = [applicationConfirmed.type]): Promise<Endpoint> => {
  const api = service.as(caller);
  const hook = `/${randomUUID()}`;
  const { body } = await api.post(path, { url: receiver.url(hook), eventTypes });
  return { api, id: body.id, secret: body.secret, at: `${path}/${body.id}`, hook };
};

/** An exhibitor's endpoint and an event that concerns it. */
const delivered = async (): Promise<Endpoint & { eventId: string }> => {
  const organisationId = randomUUID();
  const eventId = randomUUID();
  const mine = await endpoint(exhibitor(organisationId));
  await service.receive(applicationConfirmed, confirmed({ organisationId }), { id: eventId });
  return { ...mine, eventId };
};

const log = async ({ api, at }: Endpoint, query = '') => (await api.get(`${at}/deliveries${query}`)).body.items;
const idOf = ({ headers }: Received) => headers['webhook-id'];

describe('deliveries', () => {
  it('sends a signed CloudEvent with ids only', async () => {
    const organisationId = randomUUID();
    const mine = await endpoint(exhibitor(organisationId), [applicationApproved.type]);
    const event = approved({ organisationId, regionCode: '210000' });
    const id = randomUUID();
    await service.receive(applicationApproved, event, { id, time: '2026-02-28T23:59:00.000Z', aggregateVersion: 7 });
    await service.runJobs();
    const [received, ...others] = receiver.at(mine.hook);
    expect(others).toEqual([]);
    expect(received).toMatchObject({
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents+json; charset=utf-8', 'webhook-id': id, 'user-agent': 'CIEP-Webhooks/1' },
    });
    expect(isGenuine(mine.secret, received as Received)).toBe(true);
    expect(isGenuine((await endpoint()).secret, received as Received)).toBe(false);
    expect(isGenuine(mine.secret, { ...(received as Received), body: `${received?.body ?? ''} ` })).toBe(false);
    const { applicationId, editionId, boardId, allocationId, boothId } = event;
    expect(JSON.parse(received?.body ?? '')).toEqual({
      specversion: '1.0',
      id,
      source: '/exhibition',
      type: 'ciep.exhibition.application.approved.v1',
      subject: applicationId,
      time: '2026-02-28T23:59:00.000Z',
      datacontenttype: 'application/json',
      dataschema: 'http://localhost:3000/schemas/webhooks/ciep.exhibition.application.approved.v1.json',
      aggregateversion: 7,
      data: { applicationId, editionId, organisationId, boardId, allocationId, boothId },
    });
    expect(await log(mine)).toMatchObject([
      {
        eventId: id,
        eventType: applicationApproved.type,
        subject: applicationId,
        kind: 'event',
        status: 'delivered',
        attempts: 1,
        responseStatus: 204,
        failure: null,
      },
    ]);
  });

  it('delivers a region only its own events, an organisation only its own, and everything to the organizer', async () => {
    const [mine, theirs] = [randomUUID(), randomUUID()];
    const types = [applicationConfirmed.type, invoicePaid.type, agreementSealVerified.type];
    const hooks = {
      liaoning: await endpoint(partner('210000'), types),
      jilin: await endpoint(partner('220000'), types),
      exhibitor: await endpoint(exhibitor(mine), types),
      organizer: await endpoint(organizer(), types),
      silent: await endpoint(organizer(), [applicationApproved.type]),
    };
    const ids = { mine: randomUUID(), paid: randomUUID(), sealed: randomUUID(), theirs: randomUUID(), nowhere: randomUUID() };
    const application = anApplication({ organisationId: mine, regionCode: '210000' });
    await service.receive(applicationConfirmed, confirmed(application), { id: ids.mine });
    const { gross: _, dueOn: __, ...invoice } = opened(application);
    await service.receive(invoicePaid, { ...invoice, paid: 1, overpaid: 0 }, { id: ids.paid });
    await service.receive(agreementSealVerified, { ...application, agreementId: randomUUID(), agreementVersion: 1 }, { id: ids.sealed });
    await service.receive(applicationConfirmed, confirmed({ organisationId: theirs, regionCode: '220000' }), { id: ids.theirs });
    await service.receive(applicationConfirmed, confirmed({ organisationId: theirs, regionCode: null }), { id: ids.nowhere });
    await service.runJobs();
    const arrived = (one: Endpoint) => receiver.at(one.hook).map(idOf).sort();
    expect(arrived(hooks.liaoning)).toEqual([ids.mine, ids.paid, ids.sealed].sort());
    expect(arrived(hooks.jilin)).toEqual([ids.theirs]);
    expect(arrived(hooks.exhibitor)).toEqual([ids.mine, ids.paid, ids.sealed].sort());
    expect(arrived(hooks.organizer)).toEqual(Object.values(ids).sort());
    expect(arrived(hooks.silent)).toEqual([]);
  });

  it('delivers a repeated event once', async () => {
    const organisationId = randomUUID();
    const mine = await endpoint(exhibitor(organisationId));
    await service.receive(applicationConfirmed, confirmed({ organisationId }), { times: 3 });
    await service.runJobs();
    await service.runJobs();
    expect(receiver.at(mine.hook)).toHaveLength(1);
    expect(await log(mine)).toHaveLength(1);
  });

  it('retries with the same id and body on the schedule, then gives up, disables the endpoint and mails its owner', async () => {
    const mine = await delivered();
    const bodies = new Set<string>();
    for (const [attempt, pause] of [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400].entries()) {
      if (attempt > 0) {
        service.clock.advance(pause - 1);
        await service.runJobs();
        expect(receiver.at(mine.hook)).toEqual([]);
        service.clock.advance(1 + pause / 10);
      }
      receiver.replies.push({ status: 500, body: 'our own trouble' });
      await service.runJobs();
      const [received] = receiver.at(mine.hook);
      expect(received && idOf(received)).toBe(mine.eventId);
      expect(isGenuine(mine.secret, received as Received)).toBe(true);
      bodies.add(received?.body ?? '');
    }
    expect(bodies.size).toBe(1);
    const [delivery] = await log(mine);
    expect(delivery).toMatchObject({ status: 'failed', attempts: 10, dueAt: null, responseStatus: 500 });
    expect((await mine.api.get(mine.at)).body).toMatchObject({ status: 'disabled', disabledBy: 'failing', version: 2 });
    const { body } = await mine.api.get(`${mine.at}/deliveries/${delivery.id}`);
    expect(body.attemptLog).toHaveLength(10);
    expect(JSON.stringify(body)).not.toContain('trouble');
    expect(
      await service.query(
        `SELECT template, recipient_kind, data FROM mails m JOIN webhooks w ON m.recipient_key = w.organisation_id::text WHERE w.id = $1 AND template = 'webhook-disabled'`,
        [mine.id],
      ),
    ).toEqual([{ template: 'webhook-disabled', recipient_kind: 'organisation', data: { host: receiver.pair, disabledBy: 'failing' } }]);
  });

  it('adds at most a tenth of random delay', async () => {
    const mine = await delivered();
    receiver.replies.push({ status: 500 });
    await service.runJobs();
    const [{ dueAt }] = await log(mine);
    const pause = Date.parse(dueAt) - service.clock.now().getTime();
    expect(pause).toBeGreaterThanOrEqual(5_000);
    expect(pause).toBeLessThanOrEqual(5_500);
    receiver.at(mine.hook);
  });

  it.each([301, 302, 303, 307, 308])('follows no redirect: %s is a failure', async status => {
    const mine = await delivered();
    receiver.replies.push({ status, headers: { location: receiver.url('/elsewhere') } });
    await service.runJobs();
    expect(receiver.at('/elsewhere')).toEqual([]);
    expect(receiver.at(mine.hook)).toHaveLength(1);
    expect(await log(mine)).toMatchObject([{ status: 'waiting', responseStatus: status }]);
  });

  it('disables the endpoint on 410 and keeps the other deliveries until it is enabled', async () => {
    const mine = await delivered();
    const organisationId =
      (await service.query<{ organisation_id: string }>('SELECT organisation_id FROM webhooks WHERE id = $1', [mine.id]))[0]
        ?.organisation_id ?? '';
    await service.receive(applicationConfirmed, confirmed({ organisationId }));
    receiver.replies.push({ status: 410 });
    await service.runJobs();
    expect(receiver.at(mine.hook)).toHaveLength(1);
    expect((await mine.api.get(mine.at)).body).toMatchObject({ status: 'disabled', disabledBy: 'gone' });
    expect((await log(mine)).map(({ status }: { status: string }) => status).sort()).toEqual(['failed', 'waiting']);

    await service.receive(applicationConfirmed, confirmed({ organisationId }));
    expect(await log(mine)).toHaveLength(2);
    expect((await mine.api.post(`${mine.at}/enable`, {}, { ifMatch: 2 })).status).toBe(200);
    await service.runJobs();
    expect(receiver.at(mine.hook)).toHaveLength(1);
  });

  it.each([
    [429, '120', 120],
    [503, '600', 600],
    [504, 'Wed, 21 Oct 2015 07:28:00 GMT', 5],
    [500, '600', 5],
  ])('honours Retry-After of %s (%s)', async (status, wish, seconds) => {
    const mine = await delivered();
    receiver.replies.push({ status, headers: { 'retry-after': wish } });
    await service.runJobs();
    const [{ dueAt }] = await log(mine);
    const pause = (Date.parse(dueAt) - service.clock.now().getTime()) / 1_000;
    expect(pause).toBeGreaterThanOrEqual(seconds);
    expect(pause).toBeLessThanOrEqual(seconds * 1.1);
    receiver.at(mine.hook);
  });

  it('reads at most 64 KiB of an answer, and shows nothing of it', async () => {
    const mine = await delivered();
    receiver.replies.push({ status: 200, body: Buffer.alloc(30_000_000, 'x') });
    await service.runJobs();
    receiver.at(mine.hook);
    await eventually(() => expect(receiver.cutOff).toBe(1));
    expect(await log(mine)).toMatchObject([{ status: 'delivered', responseStatus: 200 }]);
    expect(JSON.stringify(await service.query('SELECT * FROM delivery_attempts'))).not.toContain('xxx');
  });

  it('signs with both secrets for a day after a rotation, and never with the oldest', async () => {
    const organisationId = randomUUID();
    const mine = await endpoint(exhibitor(organisationId));
    const send = async (): Promise<Received> => {
      await service.receive(applicationConfirmed, confirmed({ organisationId }));
      await service.runJobs();
      return receiver.at(mine.hook)[0] as Received;
    };
    const second = (await mine.api.post(`${mine.at}/rotate-secret`, {}, { ifMatch: 1 })).body.secret;
    const during = await send();
    expect([isGenuine(mine.secret, during), isGenuine(second, during)]).toEqual([true, true]);
    service.clock.set('2026-03-01T23:59:59Z');
    expect(isGenuine(mine.secret, await send())).toBe(true);
    service.clock.set('2026-03-02T00:00:00Z');
    const after = await send();
    expect([isGenuine(mine.secret, after), isGenuine(second, after)]).toEqual([false, true]);

    const third = (await mine.api.post(`${mine.at}/rotate-secret`, {}, { ifMatch: 2 })).body.secret;
    const fourth = (await mine.api.post(`${mine.at}/rotate-secret`, {}, { ifMatch: 3 })).body.secret;
    const last = await send();
    expect([second, third, fourth].map(secret => isGenuine(secret, last))).toEqual([false, true, true]);
  });

  it('redelivers a delivered or failed delivery, with the same id', async () => {
    const mine = await delivered();
    await service.runJobs();
    const [first] = receiver.at(mine.hook);
    const [{ id }] = await log(mine);
    const again = await mine.api.post(`${mine.at}/deliveries/${id}/redeliver`);
    expect(again).toMatchObject({
      status: 200,
      body: { id, status: 'waiting', attempts: 0, deliveredAt: null, dueAt: '2026-03-01T00:00:00.000Z' },
    });
    await service.runJobs();
    const [second] = receiver.at(mine.hook);
    expect(second).toMatchObject({ body: first?.body, headers: { 'webhook-id': mine.eventId } });
    expect((await mine.api.get(`${mine.at}/deliveries/${id}`)).body).toMatchObject({
      status: 'delivered',
      attemptLog: [{ responseStatus: 204 }, { responseStatus: 204 }],
    });

    await mine.api.post(`${mine.at}/disable`, {}, { ifMatch: 1 });
    expect(await mine.api.post(`${mine.at}/deliveries/${id}/redeliver`)).toMatchObject({ status: 409, body: { code: 'webhook.disabled' } });
    const other = await endpoint();
    expect(await other.api.post(`${other.at}/deliveries/${id}/redeliver`)).toMatchObject({
      status: 404,
      body: { code: 'delivery.not_found' },
    });
    expect((await other.api.get(`${other.at}/deliveries/${id}`)).status).toBe(404);
  });

  it('pings once, without retries', async () => {
    const mine = await endpoint();
    const ping = await mine.api.post(`${mine.at}/ping`);
    expect(ping).toMatchObject({
      status: 200,
      body: { kind: 'ping', status: 'waiting', eventType: 'ciep.notification.webhook.pinged.v1', subject: mine.id },
    });
    receiver.replies.push({ status: 500 });
    await service.runJobs();
    service.clock.advance(3_600);
    await service.runJobs();
    const [received, ...others] = receiver.at(mine.hook);
    expect(others).toEqual([]);
    expect(isGenuine(mine.secret, received as Received)).toBe(true);
    expect(JSON.parse(received?.body ?? '')).toMatchObject({ type: 'ciep.notification.webhook.pinged.v1', data: { webhookId: mine.id } });
    expect(await log(mine, '?kind=ping')).toMatchObject([{ status: 'failed', responseStatus: 500 }]);
    expect((await mine.api.get(mine.at)).body.status).toBe('enabled');
    await mine.api.post(`${mine.at}/disable`, {}, { ifMatch: 1 });
    expect(await mine.api.post(`${mine.at}/ping`)).toMatchObject({
      status: 409,
      body: { code: 'webhook.disabled', allowedActions: ['enable'] },
    });
  });

  it('lists the log by status, type, kind and event, page by page', async () => {
    const organisationId = randomUUID();
    const mine = await endpoint(exhibitor(organisationId), [applicationConfirmed.type, applicationApproved.type]);
    const ids = [randomUUID(), randomUUID(), randomUUID()];
    await service.receive(applicationConfirmed, confirmed({ organisationId }), { id: ids[0] ?? '' });
    await service.receive(applicationConfirmed, confirmed({ organisationId }), { id: ids[1] ?? '' });
    await service.receive(applicationApproved, approved({ organisationId }), { id: ids[2] ?? '' });
    receiver.replies.push({ status: 500 }, { status: 200 }, { status: 200 });
    await service.runJobs();
    receiver.at(mine.hook);
    expect(await log(mine, '?status=waiting')).toHaveLength(1);
    expect(await log(mine, '?status=delivered,failed')).toHaveLength(2);
    expect(await log(mine, `?eventType=${applicationApproved.type}`)).toMatchObject([{ eventId: ids[2] }]);
    expect(await log(mine, `?eventId=${ids[1]}`)).toMatchObject([{ eventId: ids[1] }]);
    expect(await log(mine, '?kind=ping')).toEqual([]);
    const first = await mine.api.get(`${mine.at}/deliveries?limit=2&sort=createdAt&count=true`);
    const second = await mine.api.get(`${mine.at}/deliveries?limit=2&sort=createdAt&cursor=${first.body.nextCursor}`);
    expect(first.body.total).toBe(3);
    expect([...first.body.items, ...second.body.items].map(({ eventId }: { eventId: string }) => eventId)).toEqual(ids);
  });

  it('logs why there was no answer', async () => {
    const mine = await delivered();
    for (const [url, failure] of [
      ['http://127.0.0.1:1/', 'connection_refused'],
      ['http://127.0.0.1:2/', 'address_refused'],
      ['http://no-such-name.invalid/', 'name_not_found'],
    ]) {
      await service.query('UPDATE webhooks SET url = $2 WHERE id = $1', [mine.id, url]);
      await service.query(`UPDATE deliveries SET due_at = '2026-01-01'`);
      await service.runJobs();
      expect(await log(mine)).toMatchObject([{ status: 'waiting', responseStatus: null, failure }]);
    }
  });

  it('accepts only trusted certificates with the right name', async () => {
    const mine = await delivered();
    const attempt = async (url: string): Promise<unknown> => {
      await service.query(`UPDATE webhooks SET url = $2 WHERE id = $1`, [mine.id, url]);
      await service.query(`UPDATE deliveries SET due_at = '2026-01-01'`);
      await service.runJobs();
      const [{ status, failure }] = await log(mine);
      return { status, failure };
    };
    expect(await attempt(`https://localhost:${secure.port}/`)).toEqual({ status: 'waiting', failure: 'tls_failed' });
    const before = getCACertificates();
    setDefaultCACertificates([...before, certificate.cert]);
    expect(await attempt(`https://127.0.0.1:${stranger.port}/`)).toEqual({ status: 'waiting', failure: 'tls_failed' });
    expect(await attempt(`https://localhost:${secure.port}/`)).toEqual({ status: 'delivered', failure: null });
    setDefaultCACertificates(before);
    expect([secure.received.length, stranger.received.length]).toEqual([1, 0]);
    expect(isGenuine(mine.secret, secure.received[0] as Received)).toBe(true);
  });

  it('takes over the delivery of a dead worker, and settles it once', async () => {
    const mine = await delivered();
    await service.query(`UPDATE deliveries SET lease = gen_random_uuid(), leased_until = now() + interval '1 minute'`);
    await service.runJobs();
    expect(receiver.at(mine.hook)).toEqual([]);
    await service.query(`UPDATE deliveries SET leased_until = now() - interval '1 second'`);
    await service.runJobs();
    expect(receiver.at(mine.hook)).toHaveLength(1);
    expect(await log(mine)).toMatchObject([{ status: 'delivered', attempts: 1 }]);
  });

  it('sends sequentially to one endpoint, and to others in parallel', async () => {
    const organisationId = randomUUID();
    const slow = await endpoint(exhibitor(organisationId));
    for (let count = 0; count < 3; count += 1) await service.receive(applicationConfirmed, confirmed({ organisationId }));
    receiver.replies.push({ status: 200, silent: true });
    const round = service.runJobs();
    await eventually(() => expect(receiver.received).toHaveLength(1));
    const quick = await delivered();
    await eventually(() => expect(receiver.at(quick.hook)).toHaveLength(1));
    expect(receiver.at(slow.hook)).toHaveLength(1);
    await round;
    expect(receiver.at(slow.hook)).toHaveLength(2);
    expect(await log(slow, '?status=waiting')).toMatchObject([{ failure: 'timeout' }]);
  });

  it('deletes deliveries after thirty days, and the log of a deleted endpoint', async () => {
    const mine = await delivered();
    await service.runJobs();
    receiver.at(mine.hook);
    await service.query(`UPDATE deliveries SET created_at = '2026-01-30T00:00:00Z'`);
    service.clock.set('2026-03-01T00:00:00Z');
    await service.runJobs();
    expect(await log(mine)).toHaveLength(1);
    service.clock.set('2026-03-01T00:00:01Z');
    await service.runJobs();
    expect(await log(mine)).toEqual([]);

    const other = await delivered();
    expect((await other.api.delete(other.at, { ifMatch: 1 })).status).toBe(204);
    expect(await service.query('SELECT 1 FROM deliveries WHERE webhook_id = $1', [other.id])).toEqual([]);
  });
});
