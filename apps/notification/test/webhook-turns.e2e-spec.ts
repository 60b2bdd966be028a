import { randomUUID } from 'node:crypto';
import { applicationConfirmed } from '@ciep/contracts';
import { eventually, startService, type TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { notification } from '../src/notification.module.js';
import { confirmed, exhibitor, organizer, partner } from './notification.factory.js';
import { Receiver } from './receiver.factory.js';
import { clientSecret, urls } from './services.factory.js';

const path = '/v1/notification/webhooks';
const places = 3;
let service: TestService;
/** It answers nothing until the time-out. */
let slow: Receiver;
let quick: Receiver;

beforeAll(async () => {
  [slow, quick] = [await Receiver.start(), await Receiver.start()];
  service = await startService(notification, {
    settings: {
      ...urls('http://127.0.0.1:9'),
      NOTIFICATION_CLIENT_SECRET: clientSecret,
      NOTIFICATION_WEBHOOK_ALLOW: `${slow.pair},${quick.pair}`,
      NOTIFICATION_WEBHOOK_PLACES: String(places),
      NOTIFICATION_WEBHOOKS_PER_OWNER: '12',
    },
  });
});

const endpoint = async (caller: Parameters<TestService['as']>[0], receiver: Receiver) => {
  const api = service.as(caller);
  const { body } = await api.post(path, { url: receiver.url(`/${randomUUID()}`), eventTypes: [applicationConfirmed.type] });
  return { ping: () => api.post(`${path}/${body.id}/ping`) };
};

describe('owners of endpoints', () => {
  it('take turns: twelve endpoints that never answer delay nobody else', async () => {
    const organisationId = randomUUID();
    for (let count = 0; count < 12; count += 1) await endpoint(exhibitor(organisationId), slow);
    for (let count = 0; count < 10; count += 1) await service.receive(applicationConfirmed, confirmed({ organisationId }));
    slow.replies.push(...Array.from({ length: 200 }, () => ({ status: 204, silent: true })));
    const round = service.runJobs();
    await eventually(() => expect(slow.received).toHaveLength(places));

    const other = await endpoint(partner('210000'), quick);
    const third = await endpoint(organizer(), quick);
    for (let count = 1; count <= 5; count += 1) {
      await other.ping();
      await third.ping();
      await eventually(() => expect(quick.received).toHaveLength(2 * count));
    }
    // All that while the first attempts at the slow ones are open: they take the places of their owner, and no more.
    expect([slow.received.length, slow.cutOff]).toEqual([places, 0]);

    await service.query('DELETE FROM webhooks');
    await round;
  });
});

it('limits the endpoints of an owner, as set', async () => {
  const api = service.as(exhibitor(randomUUID()));
  const body = { url: quick.url(), eventTypes: [applicationConfirmed.type] };
  for (let count = 0; count < 12; count += 1) expect((await api.post(path, body)).status).toBe(201);
  expect(await api.post(path, body)).toMatchObject({ status: 409, body: { code: 'webhook.too_many', limit: 12 } });
});
