import { randomUUID } from 'node:crypto';
import { applicationConfirmed } from '@ciep/contracts';
import { startService, type TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { request } from 'undici';
import { pinnedTo } from '../src/deliveries/pinned-agent.service.js';
import { notification } from '../src/notification.module.js';
import { HostResolver } from '../src/webhooks/host-resolver.service.js';
import { clientSecret, urls } from './services.factory.js';
import { confirmed, exhibitor } from './notification.factory.js';
import { Receiver } from './receiver.factory.js';

const path = '/v1/notification/webhooks';
const eventTypes = [applicationConfirmed.type];
const names = new Map<string, readonly string[]>();
let service: TestService;
let canary: Receiver;
let portal: Receiver;

/** A name server whose answers a test sets and changes. */
class WrittenNames extends HostResolver {
  resolve(host: string): Promise<readonly string[]> {
    const addresses = names.get(host);
    return addresses ? Promise.resolve(addresses) : Promise.reject(Object.assign(new Error(host), { code: 'ENOTFOUND' }));
  }
}

beforeAll(async () => {
  canary = await Receiver.start();
  portal = await Receiver.start();
  service = await startService(notification, {
    now: '2026-03-01T00:00:00Z',
    settings: {
      ...urls('http://127.0.0.1:9'),
      NOTIFICATION_CLIENT_SECRET: clientSecret,
      NOTIFICATION_WEBHOOK_ALLOW: `${portal.pair}, portal.internal:8080`,
    },
  });
  const resolver = service.find(HostResolver);
  resolver.resolve = new WrittenNames().resolve.bind(resolver);
});

const inner = [
  '0.0.0.0',
  '10.0.0.1',
  '10.255.255.255',
  '100.64.0.1',
  '100.100.100.200',
  '127.0.0.1',
  '127.1.2.3',
  '168.63.129.16',
  '169.254.169.254',
  '169.254.170.2',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.192',
  '192.0.2.1',
  '192.88.99.1',
  '192.168.1.1',
  '198.18.0.1',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::127.0.0.1',
  '::ffff:127.0.0.1',
  '::ffff:10.0.0.1',
  '::ffff:169.254.169.254',
  '64:ff9b::7f00:1',
  '64:ff9b::a9fe:a9fe',
  '64:ff9b:1::7f00:1',
  '100::1',
  '2001::1',
  '2001:db8::1',
  '2002:7f00:1::',
  '2002:a9fe:a9fe::1',
  '2606:4700::5efe:7f00:1',
  '3fff::1',
  '4000::1',
  '5f00::1',
  'fc00::1',
  'fd00:ec2::254',
  'fe80::1',
  'fec0::1',
  'ff02::1',
];
const literals = [
  ...inner.map(address => (address.includes(':') ? `https://[${address}]/` : `https://${address}/`)),
  'https://127.1/',
  'https://0x7f000001/',
  'https://2130706433/',
  'https://0177.0.0.1/',
  'https://127.0.0.1:8443/',
  'https://localhost/',
  'https://LocalHost./',
  'https://x.localhost/',
  'https://metadata.google.internal/',
  'https://intranet/',
  'https://①②⑦.0.0.1/',
];

describe('addresses of webhooks', () => {
  it.each(literals)('refuses %s at creation', async url => {
    const answer = await service.as(exhibitor()).post(path, { url, eventTypes });
    expect(answer).toMatchObject({
      status: 422,
      body: { code: 'webhook.url_refused', errors: [{ pointer: '/url', code: 'address_refused' }] },
    });
  });

  it.each(inner)('refuses a name that resolves to %s at creation, alone or beside a public address', async address => {
    names.set('portal.example', [address]).set('both.example', ['8.8.8.8', address]);
    for (const url of ['https://portal.example/', 'https://both.example:8443/']) {
      const answer = await service.as(exhibitor()).post(path, { url, eventTypes });
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ code: 'address_refused' }] } });
    }
  });

  it.each([
    ['http://portal.example/', 'https_only'],
    [`http://127.0.0.1:1/`, 'https_only'],
    ['https://portal.example:22/', 'port_refused'],
    ['https://user:word@portal.example/', 'credentials_in_url'],
    ['https://portal.example/#x', 'fragment_in_url'],
    ['gopher://portal.example/', 'https_only'],
    ['portal.example', 'not_a_url'],
  ])('refuses %s: %s', async (url, code) => {
    names.set('portal.example', ['8.8.8.8']);
    expect((await service.as(exhibitor()).post(path, { url, eventTypes })).body).toMatchObject({
      code: 'webhook.url_refused',
      errors: [{ pointer: '/url', code }],
    });
  });

  it('accepts a public name, a name without addresses, and the pairs allowed in development', async () => {
    names.set('portal.example', ['93.184.216.34', '2606:2800:220:1:248:1893:25c8:1946']);
    for (const url of [
      'https://portal.example/hook',
      'https://portal.example:8443/',
      'https://not-yet.example/',
      portal.url(),
      'http://portal.internal:8080/',
    ]) {
      expect((await service.as(exhibitor()).post(path, { url, eventTypes })).status).toBe(201);
    }
  });

  it('refuses at delivery every address that a name has moved to, and never connects', async () => {
    names.clear();
    const endpoints = [];
    for (const [index, address] of inner.entries()) {
      const organisationId = randomUUID();
      const host = `rebinding-${index}.example`;
      names.set(host, ['8.8.8.8']);
      const api = service.as(exhibitor(organisationId));
      const { body } = await api.post(path, { url: `https://${host}:8443/`, eventTypes });
      names.set(host, index % 2 ? [address] : ['8.8.8.8', address]);
      await service.receive(applicationConfirmed, confirmed({ organisationId }));
      endpoints.push({ api, id: body.id, address });
    }
    await service.runJobs();
    for (const { api, id, address } of endpoints) {
      const { body } = await api.get(`${path}/${id}/deliveries`);
      expect([address, body.items]).toMatchObject([
        address,
        [{ status: 'waiting', attempts: 1, failure: 'address_refused', responseStatus: null }],
      ]);
    }
    expect(canary.connections).toBe(0);
  });

  it('refuses at delivery addresses that are already in the database', async () => {
    const organisationId = randomUUID();
    const api = service.as(exhibitor(organisationId));
    const { body } = await api.post(path, { url: 'https://8.8.8.8/', eventTypes });
    for (const url of [...literals, canary.url(), `https://127.0.0.1:${canary.port}/`]) {
      await service.query('UPDATE webhooks SET url = $2 WHERE id = $1', [body.id, url]);
      await service.receive(applicationConfirmed, confirmed({ organisationId }));
      await service.runJobs();
    }
    const answer = await api.get(`${path}/${body.id}/deliveries?limit=200`);
    expect(answer.body.items).toHaveLength(literals.length + 2);
    expect(new Set(answer.body.items.map(({ failure }: { failure: string }) => failure))).toEqual(new Set(['address_refused']));
    expect(canary.connections).toBe(0);
  });

  it('connects to the checked address, not to a later one of the name', async () => {
    const agent = pinnedTo(['127.0.0.1']);
    const { statusCode } = await request(`http://a-name-nobody-knows.example:${portal.port}/pinned`, { method: 'POST', dispatcher: agent });
    expect(statusCode).toBe(204);
    expect(portal.at('/pinned')).toHaveLength(1);
    await agent.destroy();
  });

  it('sends nothing over a connection to another address', async () => {
    const agent = pinnedTo(['8.8.8.8']);
    await expect(request(portal.url('/elsewhere'), { method: 'POST', dispatcher: agent })).rejects.toMatchObject({
      code: 'address_refused',
    });
    expect(portal.at('/elsewhere')).toEqual([]);
    await agent.destroy();
  });

  it('negative control: reaches loopback without the guard', async () => {
    const before = canary.connections;
    const agent = pinnedTo(['127.0.0.1']);
    await request(canary.url(), { method: 'POST', dispatcher: agent });
    expect(canary.connections).toBe(before + 1);
    await agent.destroy();
  });
});
