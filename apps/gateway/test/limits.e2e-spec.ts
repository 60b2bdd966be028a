import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { RunningService } from '@ciep/platform';
import { eventually, TokenIssuer } from '@ciep/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RawAnswer, send, startGateway, startTestService, type TestService } from './gateway.factory.js';

const issuer = 'http://localhost:3000/oidc';
const origin = 'https://portal.example';
const ways = ['router', 'url'] as const;

let things: TestService;
let identity: TestService;
let tokens: TokenIssuer;
const started: RunningService[] = [];

beforeAll(async () => {
  [things, identity] = [await startTestService('things'), await startTestService('identity')];
  tokens = await TokenIssuer.create(issuer);
});
afterAll(async () => {
  for (const gateway of started) await gateway.close();
  await Promise.all([things, identity].map(({ app }) => app.close()));
});

/** A gateway that trusts the test as its load balancer, so that requests can have any address. */
async function gatewayWith(settings: Record<string, string>, way: 'router' | 'url' = 'router', proxies = '127.0.0.1'): Promise<string> {
  const gateway = await startGateway(
    { GATEWAY_TRUSTED_PROXIES: proxies, GATEWAY_CORS_ORIGINS: origin, ...settings },
    [things.upstream(way), identity.upstream(way)],
    tokens.keys,
  );
  started.push(gateway);
  return gateway.url;
}

let addresses = 0;
const anAddress = (): string => `203.0.113.${(addresses += 1)}`;

interface Ask {
  readonly from?: string;
  readonly token?: string;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
}

const ask = (base: string, { from = '203.0.113.250', token, method = 'GET', path = '/v1/things/echo', headers = {} }: Ask = {}) =>
  send(base, path, {
    method,
    headers: { 'x-forwarded-for': from, ...(token !== undefined && { authorization: `Bearer ${token}` }), ...headers },
  });

const times = async (count: number, one: () => Promise<RawAnswer>): Promise<number[]> => {
  const statuses: number[] = [];
  for (let time = 0; time < count; time += 1) statuses.push((await one()).status);
  return statuses;
};
const throughOf = (statuses: readonly number[]): number => statuses.filter(status => status !== 429).length;

describe.each(ways)('limits of requests, services reached by %s', way => {
  it('allow 600 requests of a client per minute, and refuse the 601st in its language', async () => {
    const base = await gatewayWith({}, way);
    const [from, token] = [anAddress(), await tokens.token({})];
    const answers = await Promise.all(Array.from({ length: 600 }, () => ask(base, { from, token })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(600);

    const refused = await ask(base, { from, token, headers: { origin, 'accept-language': 'zh' } });
    expect([refused.status, refused.headers['content-type']]).toEqual([429, 'application/problem+json; charset=utf-8']);
    const problem = JSON.parse(refused.body) as Record<string, unknown>;
    expect(problem).toMatchObject({ code: 'request.too_many', policy: 'default', title: '请求过多', status: 429 });
    const wait = Number(refused.headers['retry-after']);
    expect([problem['retryAfterSeconds'], wait > 0 && wait <= 60]).toEqual([wait, true]);
    expect(refused.headers['ratelimit-policy']).toBe('"address";q=6000;w=60, "default";q=600;w=60');
    expect(refused.headers['ratelimit']).toMatch(new RegExp(`^"address";r=5399;t=\\d+, "default";r=0;t=${wait}$`));
    expect(refused.headers['access-control-allow-origin']).toBe(origin);
    expect(refused.headers['access-control-expose-headers']).toMatch(/RateLimit, RateLimit-Policy, Retry-After/);
    const english = await ask(base, { from, token, headers: { 'accept-language': 'en' } });
    expect(JSON.parse(english.body)).toMatchObject({ detail: expect.stringMatching(/^Too many requests; try again in \d+ seconds/) });
  });

  it('appear on error answers', async () => {
    const base = await gatewayWith({ GATEWAY_REQUESTS_PER_MINUTE: '10' }, way);
    const from = anAddress();
    await ask(base, { from });
    const { status, headers } = await ask(base, { from, method: 'POST' });
    expect(status).toBe(200);
    expect(headers['ratelimit-policy']).toBe('"address";q=6000;w=60, "default";q=10;w=60, "writes";q=300;w=60');
    expect(headers['ratelimit']).toMatch(/^"address";r=5998;t=\d+, "default";r=8;t=\d+, "writes";r=299;t=60$/);
  });
});

describe('counts of requests', () => {
  let base: string;
  beforeAll(async () => {
    base = await gatewayWith({
      GATEWAY_REQUESTS_PER_MINUTE: '5',
      GATEWAY_WRITES_PER_MINUTE: '2',
      GATEWAY_ADDRESS_REQUESTS_PER_MINUTE: '20',
    });
  });

  it('are separate for each holder of a valid token, at any address', async () => {
    const [one, another] = [await tokens.token({ id: randomUUID() }), await tokens.token({ id: randomUUID() })];
    expect(throughOf(await times(7, () => ask(base, { from: anAddress(), token: one })))).toBe(5);
    const from = anAddress();
    expect(throughOf(await times(5, () => ask(base, { from, token: another })))).toBe(5);
    // Two tokens of one person at one client are one caller; at another client it is another.
    const id = randomUUID();
    expect(throughOf(await times(3, async () => ask(base, { from: anAddress(), token: await tokens.token({ id }) })))).toBe(3);
    expect(throughOf(await times(3, async () => ask(base, { from: anAddress(), token: await tokens.token({ id }) })))).toBe(2);
    expect(
      throughOf(await times(3, async () => ask(base, { from: anAddress(), token: await tokens.token({ id, clientId: 'spa' }) }))),
    ).toBe(3);
  });

  it('are unaffected by invented tokens, both for their address and for their victim', async () => {
    const victim = { id: randomUUID(), clientId: 'console' };
    const forger = await TokenIssuer.create(issuer);
    const from = anAddress();
    expect(throughOf(await times(8, async () => ask(base, { from, token: await forger.token(victim) })))).toBe(5);
    expect(throughOf(await times(3, () => ask(base, { from, token: randomUUID() })))).toBe(0);
    expect(throughOf(await times(2, () => ask(base, { from })))).toBe(0);
    expect(throughOf(await times(5, async () => ask(base, { from: anAddress(), token: await tokens.token(victim) })))).toBe(5);
  });

  it('are limited per address for all its clients together', async () => {
    const from = anAddress();
    expect(throughOf(await times(24, async () => ask(base, { from, token: await tokens.token({}) })))).toBe(20);
    expect((await ask(base, { from: anAddress(), token: await tokens.token({}) })).status).toBe(200);
  });

  it('treat an IPv6 subscriber as one address, and its neighbour as another', async () => {
    const within = () => `2001:db8:1:2:${(addresses += 1).toString(16)}::1`;
    expect(throughOf(await times(7, () => ask(base, { from: within() })))).toBe(5);
    expect((await ask(base, { from: '2001:db8:1:3::1' })).status).toBe(200);
  });

  it('ignore entries of X-Forwarded-For written by the caller', async () => {
    const from = anAddress();
    expect(throughOf(await times(7, () => ask(base, { from: `${anAddress()}, ${from}` })))).toBe(5);
    const closed = await gatewayWith({ GATEWAY_REQUESTS_PER_MINUTE: '3' }, 'router', '');
    expect(throughOf(await times(5, () => ask(closed, { from: anAddress() })))).toBe(3);
    const echoed = await ask(await gatewayWith({}), { from });
    expect((JSON.parse(echoed.body) as { headers: Record<string, string> }).headers['x-forwarded-for']).toBe(from);
  });

  it('allow more reads than writes', async () => {
    const [from, token] = [anAddress(), await tokens.token({})];
    expect(throughOf(await times(3, () => ask(base, { from, token, method: 'POST' })))).toBe(2);
    expect((await ask(base, { from, token })).status).toBe(200);
  });

  it('allow few uploads', async () => {
    const narrow = await gatewayWith({ GATEWAY_UPLOADS_PER_MINUTE: '2' });
    const [from, token] = [anAddress(), await tokens.token({})];
    expect(await times(3, () => ask(narrow, { from, token, method: 'POST', path: '/v1/things/uploads' }))).toEqual([200, 200, 429]);
    expect((await ask(narrow, { from, token, method: 'POST' })).status).toBe(200);
  });

  it('exclude health checks and preflights', async () => {
    const from = anAddress();
    expect(await times(6, () => ask(base, { from, path: '/docs' }))).toEqual([200, 200, 200, 200, 200, 429]);
    expect(await times(10, () => ask(base, { from, path: '/health/live' }))).toEqual(Array(10).fill(200));
    const preflight = { origin, 'access-control-request-method': 'GET' };
    expect(await times(10, () => ask(base, { from, method: 'OPTIONS', headers: preflight }))).toEqual(Array(10).fill(204));
  });
});

describe('logins, tokens, registrations and one-time links', () => {
  it('have a stricter count by address, in every spelling of the path', async () => {
    const base = await gatewayWith({ GATEWAY_SIGN_INS_PER_MINUTE: '3' });
    const from = anAddress();
    const paths = ['/oidc/token', '/oidc/%74oken', '/oidc/interaction/x/login', '/v1/identity/echo'];
    const signIn = async (path: string) => (await ask(base, { from, method: 'POST', path, token: await tokens.token({}) })).status;
    const statuses: number[] = [];
    for (const path of paths) statuses.push(await signIn(path));
    expect(statuses).toEqual([200, 200, 200, 200]);
    const refused = await ask(base, { from, path: '/oidc/registration/id/code' });
    expect([refused.status, JSON.parse(refused.body)]).toEqual([429, expect.objectContaining({ policy: 'sign-in' })]);
    expect(await signIn('/v1/identity/registrations')).toBe(429);
    expect((await ask(base, { from, path: '/oidc/auth' })).status).toBe(200);
    expect((await ask(base, { from: anAddress(), method: 'POST', path: '/oidc/token' })).status).toBe(200);
  });
});

describe('connections', () => {
  it('are limited per address; others are unaffected', async () => {
    const base = await gatewayWith({ GATEWAY_CONNECTIONS_PER_ADDRESS: '5' }, 'router', '192.0.2.1');
    const port = Number(new URL(base).port);
    const open = async (localAddress: string): Promise<{ socket: Socket; isOpen: () => boolean }> => {
      const socket = connect({ port, host: '127.0.0.1', localAddress }).on('error', () => undefined);
      await once(socket, 'connect');
      return { socket: socket.resume(), isOpen: () => !socket.closed };
    };
    const sockets = await Promise.all(Array.from({ length: 12 }, () => open('127.0.0.2')));
    const stillOpen = () => sockets.filter(({ isOpen }) => isOpen());
    await eventually(() => Promise.resolve(expect(stillOpen()).toHaveLength(5)));
    expect((await ask(base)).status).toBe(200);
    // Closed connections free capacity.
    for (const { socket } of stillOpen()) socket.destroy();
    await eventually(async () => {
      const { socket } = await open('127.0.0.2');
      socket.write('GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n');
      const answered = await Promise.race([once(socket, 'data').then(() => true), once(socket, 'close').then(() => false)]);
      socket.destroy();
      expect(answered).toBe(true);
    });
  });
});
