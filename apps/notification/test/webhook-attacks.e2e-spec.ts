import { applicationConfirmed } from '@ciep/contracts';
import { startService, testServer, type Api, type TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { request } from 'undici';
import { pinnedTo } from '../src/deliveries/pinned-agent.service.js';
import { notification } from '../src/notification.module.js';
import { HostResolver } from '../src/webhooks/host-resolver.service.js';
import { ConnectionWatch } from './connection-watch.factory.js';
import { clientSecret, urls } from './services.factory.js';
import { exhibitor } from './notification.factory.js';
import { Receiver } from './receiver.factory.js';

/** Targets that a webhook must not call, in every spelling; the canary on loopback and the watch on all sockets see every attempt. */
const path = '/v1/notification/webhooks';
const eventTypes = [applicationConfirmed.type];
const watch = new ConnectionWatch();
let service: TestService;
let canary: Receiver;
let portal: Receiver;

/** An attacker's resolver: its names resolve to a public address at first, and to an internal one from the second query on. */
class RebindingNames extends HostResolver {
  private readonly asked = new Set<string>();

  resolve(host: string): Promise<readonly string[]> {
    if (host.startsWith('inner-')) return Promise.resolve([innerOf.get(host) ?? '127.0.0.1']);
    const isFirst = !this.asked.has(host);
    this.asked.add(host);
    return Promise.resolve([isFirst ? '93.184.216.34' : '127.0.0.1']);
  }
}

const innerOf = new Map([
  ['inner-mapped.example', '::ffff:127.0.0.1'],
  ['inner-nat64.example', '64:ff9b::7f00:1'],
  ['inner-6to4.example', '2002:7f00:1::1'],
  ['inner-metadata.example', '169.254.169.254'],
  ['inner-carrier.example', '100.64.0.1'],
]);

/** Targets in groups; every one must be refused at creation, at a change, and at delivery. */
const groups: Readonly<Record<string, readonly string[]>> = {
  'loopback in other spellings': [
    'https://127.0.0.1/',
    'https://127.1/',
    'https://127.0.1/',
    'https://127.255.255.254/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0x7f.0x0.0x0.0x1/',
    'https://0x7f.1/',
    'https://017700000001/',
    'https://0177.0.0.1/',
    'https://0177.0x0.0.1/',
    'https://00000177.00.0.01/',
    'https://0/',
    'https://0.0.0.0/',
    'https://127.0.0.1./',
    'https://%31%32%37.0.0.1/',
    'https:127.0.0.1/',
    'https:\\\\127.0.0.1\\',
    'https://127.0.0.1\t/',
  ],
  'digits and dots of other scripts': [
    'https://①②⑦.⓪.⓪.①/',
    'https://１２７.０.０.１/',
    'https://127。0。0。1/',
    'https://127．0．0．1/',
    'https://𝟙𝟚𝟟.𝟘.𝟘.𝟙/',
  ],
  'IPv6 and what it carries': [
    'https://[::1]/',
    'https://[::]/',
    'https://[0:0:0:0:0:0:0:1]/',
    'https://[::127.0.0.1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://[0:0:0:0:0:ffff:127.0.0.1]/',
    'https://[::ffff:0:127.0.0.1]/',
    'https://[64:ff9b::127.0.0.1]/',
    'https://[64:ff9b:1::127.0.0.1]/',
    'https://[2002:7f00:1::]/',
    'https://[2002:a9fe:a9fe::]/',
    'https://[2001:0:53aa:64c::80ff:fffe]/',
    'https://[fe80::1]/',
    'https://[fe80::1%25lo]/',
    'https://[fc00::1]/',
    'https://[fd00:ec2::254]/',
    'https://[ff02::1]/',
  ],
  'networks that are not the Internet': [
    'https://10.0.0.1/',
    'https://172.16.0.1/',
    'https://172.31.255.255/',
    'https://192.168.0.1/',
    'https://100.64.0.1/',
    'https://100.127.255.255/',
    'https://169.254.0.1/',
    'https://192.0.0.1/',
    'https://198.18.0.1/',
    'https://224.0.0.1/',
    'https://240.0.0.1/',
    'https://255.255.255.255/',
  ],
  'metadata of clouds': [
    'https://169.254.169.254/latest/meta-data/',
    'https://2852039166/latest/meta-data/',
    'https://0xa9fea9fe/',
    'https://0251.0376.0251.0376/',
    'https://[::ffff:169.254.169.254]/',
    'https://169.254.170.2/v2/credentials',
    'https://100.100.100.200/latest/meta-data/',
    'https://192.0.0.192/latest/',
    'https://168.63.129.16/machine',
    'https://metadata.google.internal/computeMetadata/v1/',
  ],
  'names of the inside': [
    'https://localhost/',
    'https://LOCALHOST/',
    'https://localhost./',
    'https://api.localhost/',
    'https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/',
    'https://ｌｏｃａｌｈｏｓｔ/',
    'https://local\u00adhost/',
    'https://localhost.localdomain/',
    'https://postgres/',
    'https://others.internal/',
    'https://kafka.default.svc.cluster.local/',
  ],
  'names that lead inside': [...innerOf.keys(), 'inner-loopback.example'].map(host => `https://${host}:8443/`),
  'who is asked is not who is named': [
    'https://portal.example@127.0.0.1/',
    'https://127.0.0.1@portal.example/',
    'https://portal.example:443@127.0.0.1/',
    'https://portal.example%2f@127.0.0.1/',
    'https://portal.example#@127.0.0.1/',
  ],
  'other ports and schemes': [
    'https://portal.example:22/',
    'https://portal.example:25/',
    'https://portal.example:5432/',
    'https://portal.example:9092/',
    'https://portal.example:80/',
    'https://portal.example:0/',
    'https://portal.example:65536/',
    'http://portal.example/',
    'http://127.0.0.1/',
    'ftp://portal.example/',
    'file:///etc/passwd',
    'gopher://127.0.0.1:6379/_FLUSHALL',
    'data:text/plain,x',
    'javascript:alert(1)',
    'unix:///var/run/docker.sock',
    '//127.0.0.1/',
    'https://',
  ],
};

/** Spellings of the canary's own address, which would answer. */
const ofCanary = (): string[] =>
  ['127.0.0.1', '127.1', '2130706433', '0x7f.1', '0', 'localhost', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]'].flatMap(host => [
    `http://${host}:${canary.port}/`,
    `https://${host}:${canary.port}/`,
  ]);
const targets = (): string[] => [...Object.values(groups).flat(), ...ofCanary()];

beforeAll(async () => {
  canary = await Receiver.start();
  portal = await Receiver.start();
  service = await startService(notification, {
    now: '2026-03-01T00:00:00Z',
    settings: {
      ...urls(`http://127.0.0.1:${identityPort}`),
      NOTIFICATION_CLIENT_SECRET: clientSecret,
      NOTIFICATION_WEBHOOK_ALLOW: portal.pair,
    },
  });
  const names = new RebindingNames();
  service.find(HostResolver).resolve = host => names.resolve(host);
});

const identityPort = 9;
/** Ports of the test itself: its database, the service under test, identity, and the allowed portal. */
const ownPorts = () => [Number(new URL(testServer()).port), Number(new URL(service.url).port), identityPort, portal.port];

function expectNoConnection(): void {
  expect(watch.take(ownPorts())).toEqual([]);
  expect(canary.connections).toBe(0);
}

/** A valid endpoint of its own organisation. */
async function anEndpoint(url = 'https://93.184.216.34/'): Promise<{ api: Api; id: string }> {
  const api = service.as(exhibitor());
  const { status, body } = await api.post(path, { url, eventTypes });
  expect(status).toBe(201);
  return { api, id: (body as { id: string }).id };
}

/** The failure of the one delivery of each endpoint, a ping, after a round of the jobs. */
async function delivered(endpoints: readonly { api: Api; id: string }[]): Promise<unknown[]> {
  for (const { api, id } of endpoints) expect((await api.post(`${path}/${id}/ping`)).status).toBe(200);
  await service.runJobs();
  return Promise.all(
    endpoints.map(async ({ api, id }) =>
      ((await api.get(`${path}/${id}/deliveries`)).body as { items: { failure: string }[] }).items.map(({ failure }) => failure),
    ),
  );
}

describe('a webhook cannot call a forbidden target', () => {
  it('of which there are many', () => {
    expect(new Set(targets()).size).toBe(targets().length);
    expect(targets().length).toBeGreaterThanOrEqual(100);
  });

  it('when it is created', async () => {
    for (const url of targets()) expect([url, (await service.as(exhibitor()).post(path, { url, eventTypes })).status]).toEqual([url, 422]);
    expectNoConnection();
  });

  it('when it is changed', async () => {
    const { api, id } = await anEndpoint();
    for (const url of targets()) expect([url, (await api.patch(`${path}/${id}`, { url }, { ifMatch: 1 })).status]).toEqual([url, 422]);
    expect((await api.get(`${path}/${id}`)).body).toMatchObject({ url: 'https://93.184.216.34/', version: 1 });
    expectNoConnection();
  });

  it('when it delivers, even if the address is already in the database', async () => {
    const endpoints = [];
    for (const url of targets()) {
      const endpoint = await anEndpoint();
      await service.query('UPDATE webhooks SET url = $2 WHERE id = $1', [endpoint.id, url]);
      endpoints.push(endpoint);
    }
    expect(await delivered(endpoints)).toEqual(targets().map(() => ['address_refused']));
    expectNoConnection();
  });

  it('when the name has changed its address', async () => {
    const endpoints = [];
    for (const name of ['one', 'two', 'three']) endpoints.push(await anEndpoint(`https://rebinding-${name}.example:8443/`));
    expect(await delivered(endpoints)).toEqual(endpoints.map(() => ['address_refused']));
    expectNoConnection();
  });

  it('when the receiver redirects to it', async () => {
    const endpoint = await anEndpoint(portal.url());
    const answers = new Map([
      [301, canary.url()],
      [302, `//${canary.pair}/`],
      [303, 'https://169.254.169.254/latest/meta-data/'],
      [307, canary.url()],
      [308, 'file:///etc/passwd'],
      [200, canary.url()],
    ]);
    for (const [status, location] of answers) {
      portal.replies.push({ status, headers: { location, refresh: `0; url=${canary.url()}` } });
      await service.query('DELETE FROM deliveries WHERE webhook_id = $1', [endpoint.id]);
      await delivered([endpoint]);
      const { body } = await endpoint.api.get(`${path}/${endpoint.id}/deliveries`);
      expect(body).toMatchObject({ items: [{ attempts: 1, responseStatus: status }] });
    }
    expectNoConnection();
  });

  it('negative control: canary and watch notice a call', async () => {
    const agent = pinnedTo(['127.0.0.1']);
    await request(canary.url(), { method: 'POST', dispatcher: agent });
    await agent.destroy();
    expect(canary.connections).toBe(1);
    expect(watch.take(ownPorts())).toEqual([canary.pair]);
  });
});
