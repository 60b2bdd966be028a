import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningService } from '@ciep/platform';
import { send, startGateway, startTestService, type TestService } from './gateway.factory.js';

const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');
const eventually = async (check: () => boolean): Promise<void> => {
  for (let left = 100; left > 0 && !check(); left -= 1) await pause(20);
  expect(check()).toBe(true);
};

interface Echo {
  method: string;
  url: string;
  headers: Record<string, string>;
  bytes: number;
  sha256: string;
}

describe.each(['router', 'url'] as const)('a request goes to its service by its %s', way => {
  let things: TestService;
  let identity: TestService;
  let gateway: RunningService;
  let base: string;

  beforeAll(async () => {
    things = await startTestService('things');
    identity = await startTestService('identity');
    gateway = await startGateway({ GATEWAY_CORS_ORIGINS: 'http://localhost:5173, https://portal.example' }, [
      things.upstream(way),
      identity.upstream(way),
    ]);
    base = gateway.url;
  });
  afterAll(async () => {
    await gateway.close();
    await Promise.all([things.app.close(), identity.app.close()]);
  });

  const echo = async (path: string, options: RequestInit = {}): Promise<Echo> => {
    const answer = await fetch(`${base}${path}`, options);
    expect(answer.status).toBe(200);
    return (await answer.json()) as Echo;
  };

  it('keeps method, path, query and body', async () => {
    const body = JSON.stringify({ 名称: '展位' });
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const seen = await echo('/v1/things/echo?q=%E5%B1%95&q=2', { method, body, headers: { 'content-type': 'application/json' } });
      expect(seen).toMatchObject({
        method,
        url: '/v1/things/echo?q=%E5%B1%95&q=2',
        bytes: Buffer.byteLength(body),
        sha256: sha256(Buffer.from(body)),
      });
      expect(seen.headers['content-type']).toBe('application/json');
    }
    expect(await echo('/v1/things/echo')).toMatchObject({ method: 'GET', bytes: 0 });
  });

  it('keeps status, headers and body of the answer', async () => {
    const answer = await fetch(`${base}/v1/things/labelled`);
    expect(answer.status).toBe(203);
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(answer.headers.get('etag')).toBe('"7"');
    expect(answer.headers.get('vary')).toBe('Accept-Language, Origin');
    expect(answer.headers.get('x-frame-options')).toBe('SAMEORIGIN');
    expect(await answer.json()).toEqual({ zh: '展位' });

    const head = await fetch(`${base}/v1/things/labelled`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([203, '']);
    const unchanged = await fetch(`${base}/v1/things/unchanged`, { headers: { 'if-none-match': '"7"' } });
    expect([unchanged.status, unchanged.headers.get('etag'), await unchanged.text()]).toEqual([304, '"7"', '']);
    const nothing = await fetch(`${base}/v1/things/nothing`, { method: 'DELETE' });
    expect([nothing.status, await nothing.text()]).toEqual([204, '']);
  });

  it('streams 20 MB up, with and without a length, and 20 MB down', async () => {
    const content = randomBytes(20_000_000);
    const whole = await echo('/v1/things/uploads', { method: 'POST', body: content, headers: { 'content-type': 'application/pdf' } });
    expect(whole).toMatchObject({ bytes: content.length, sha256: sha256(content) });

    const parts = Array.from({ length: 200 }, (_, at) => content.subarray(at * 100_000, (at + 1) * 100_000));
    const streamed = await send(base, '/v1/things/uploads', {
      method: 'POST',
      headers: { 'content-type': 'application/pdf' },
      chunks: parts,
    });
    expect(JSON.parse(streamed.body)).toMatchObject({ bytes: content.length, sha256: sha256(content) });

    const down = Buffer.from(await (await fetch(`${base}/v1/things/file`)).arrayBuffer());
    expect(sha256(down)).toBe(sha256(Buffer.alloc(20_000_000, 7)));
  });

  it("protects the identity headers, and sets the caller's address itself", async () => {
    const forged = {
      ...{ 'x-user-id': 'root', 'X-User-Roles': 'platform_admin', 'x-internal-service': 'billing', 'x-real-ip': '10.0.0.1' },
      ...{
        forwarded: 'for=10.0.0.1',
        'x-forwarded-for': '10.0.0.1',
        'x-forwarded-proto': 'https',
        'x-forwarded-host': 'evil.example',
        'x-forwarded-user': 'root',
      },
      ...{
        authorization: 'Bearer mine',
        'x-request-id': 'portal-4711-0001',
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      },
    };
    const answer = await send(base, '/v1/things/echo', { headers: forged });
    const { headers } = JSON.parse(answer.body) as Echo;
    expect(Object.keys(headers).filter(name => /^(x-user-|x-internal-|x-real-ip|forwarded|x-forwarded-user)/.test(name))).toEqual([]);
    expect(headers).toMatchObject({
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': new URL(base).host,
      authorization: 'Bearer mine',
      'x-request-id': 'portal-4711-0001',
    });
    expect(answer.headers['x-request-id']).toBe('portal-4711-0001');
    expect(headers['traceparent']).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[0-9a-f]{16}-01$/);
  });

  it('gives a request an id and a trace if it has none, or an invalid one', async () => {
    const answer = await send(base, '/v1/things/echo', { headers: { 'x-request-id': 'a b', traceparent: 'nonsense' } });
    const { headers } = JSON.parse(answer.body) as Echo;
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.headers['x-request-id']).toBe(headers['x-request-id']);
    expect(headers['traceparent']).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/);
  });

  it('streams parts of an answer before it is complete, and reports when the caller disconnects', async () => {
    for (const path of ['events', 'quiet-events', 'silent']) {
      const before = { ...things.held };
      const { hostname, port } = new URL(base);
      const request = httpRequest({ hostname, port, path: `/v1/things/${path}`, agent: false });
      request.on('error', () => undefined);
      request.end();
      if (path !== 'silent') {
        const [answer] = (await once(request, 'response')) as [IncomingMessage];
        expect(answer.headers['content-type']).toBe('text/event-stream');
        if (path === 'events') expect(String(((await once(answer, 'data')) as [Buffer])[0])).toBe('data: one\n\n');
      }
      await eventually(() => things.held.started === before.started + 1);
      request.destroy();
      await eventually(() => things.held.aborted === before.aborted + 1);
    }
  });

  it('answers 413 to a body that is too long, before a service sees it', async () => {
    const before = await send(base, '/v1/things/echo', { method: 'POST', chunks: [Buffer.alloc(1024 * 1024)] });
    expect(before.status).toBe(200);
    const json = await fetch(`${base}/v1/things/echo`, {
      method: 'POST',
      body: Buffer.alloc(2_000_000),
      headers: { 'content-type': 'application/json', 'accept-language': 'zh-CN' },
    });
    expect([json.status, json.headers.get('content-type')]).toEqual([413, 'application/problem+json; charset=utf-8']);
    expect(await json.json()).toMatchObject({
      code: 'body.too_large',
      status: 413,
      detail: '请求内容超过此地址允许的大小。',
      instance: '/v1/things/echo',
      traceId: json.headers.get('x-request-id'),
    });
    const upload = await fetch(`${base}/v1/things/uploads`, { method: 'POST', body: Buffer.alloc(25 * 1024 * 1024 + 1) });
    expect(upload.status).toBe(413);
    const malformed = await send(base, '/v1/things/echo', { method: 'POST', headers: { 'content-length': '99999999999999999' } });
    expect(malformed.status).toBe(400);
  });

  it('forwards an answer that a service sends without reading the body', async () => {
    const answer = await fetch(`${base}/v1/things/early`, { method: 'POST', body: Buffer.alloc(900_000) });
    expect([answer.status, await answer.json()]).toEqual([401, { code: 'token.missing' }]);
  });

  it('keeps a connection usable after a refused body', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (const [path, megabytes, status] of [
      ['echo', 2, 413],
      ['early', 0.5, 401],
      ['echo', 0, 200],
    ] as const) {
      const answer = await send(base, `/v1/things/${path}`, {
        method: 'POST',
        headers: { 'content-length': megabytes * 1_000_000 },
        chunks: [Buffer.alloc(megabytes * 1_000_000)],
        agent,
      });
      expect([path, answer.status]).toEqual([path, status]);
    }
    agent.destroy();
  });

  it.each([
    '/v1/strangers/echo',
    '/v1',
    '/internal/secrets',
    '/internal/openapi.json',
    '/%69nternal/openapi.json',
    '/v1/things/../../internal/secrets',
    '/v1/things/%2e%2e/%2e%2e/internal/secrets',
    '/nowhere',
  ])('answers 404 at %s', async path => {
    const answer = await send(base, path);
    expect([answer.status, answer.headers['content-type']]).toEqual([404, 'application/problem+json; charset=utf-8']);
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'route.not_found', status: 404, errors: [] });
  });

  it.each([
    ['PROPFIND', '/v1/things/echo', 'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT'],
    ['PUT', '/docs', 'GET, HEAD'],
    ['POST', '/health/live', 'GET, HEAD'],
  ])('answers 405 to %s %s, and says what there is', async (method, path, allow) => {
    const answer = await fetch(`${base}${path}`, { method });
    expect([answer.status, answer.headers.get('allow'), answer.headers.get('x-content-type-options')]).toEqual([405, allow, 'nosniff']);
    expect(await answer.json()).toMatchObject({ code: 'route.method_not_allowed', errors: [] });
  });

  it('says nothing of the methods of what is not for outside', async () => {
    for (const path of ['/internal/openapi.json', '/nowhere']) expect((await fetch(`${base}${path}`, { method: 'PUT' })).status).toBe(404);
  });

  const answerTo = async (request: string): Promise<string> => {
    const socket = connect(Number(new URL(base).port), '127.0.0.1');
    socket.write(request);
    let heard = '';
    for await (const text of socket.setEncoding('utf8')) heard += String(text);
    return heard;
  };

  it('understands a target with its host', async () => {
    const answer = await answerTo('GET http://api.example/v1/things/echo?x=1 HTTP/1.1\r\nhost: other\r\nconnection: close\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
    expect(answer).toContain('"url":"/v1/things/echo?x=1"');
    expect(answer).toContain('"x-forwarded-host":"api.example"');
  });

  it.each([
    ['two hosts', 'GET /v1/things/echo HTTP/1.1\r\nhost: a\r\nhost: b\r\nconnection: close\r\n\r\n', 400, 'host.not_one'],
    ['two hosts at its own pages', 'GET /docs HTTP/1.1\r\nhost: a\r\nhost: b\r\nconnection: close\r\n\r\n', 400, 'host.not_one'],
    ['a NUL', 'GET /v1/things/echo?q=%00 HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n', 400, 'request.malformed'],
    ['broken HTTP', 'GET /v1/things/echo HTTP/1.1\r\nno header\r\n\r\n', 400, 'request.malformed'],
    ['too much header', `GET / HTTP/1.1\r\nhost: a\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`, 431, 'header.too_large'],
  ])('refuses %s with its own headers', async (_name, request, status, code) => {
    const answer = await answerTo(request);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} .*"code":"${code}"`, 's'));
    for (const name of ['x-request-id', 'strict-transport-security', 'x-content-type-options', 'content-language', 'cache-control'])
      expect(answer).toMatch(new RegExp(`^${name}: `, 'im'));
  });

  it('forwards the pages and documents of the authorization server to identity, bodies unread', async () => {
    const body = 'grant_type=client_credentials&scope=exhibition';
    const token = await echo('/oidc/token', { method: 'POST', body, headers: { 'content-type': 'application/x-www-form-urlencoded' } });
    expect(token).toMatchObject({ method: 'POST', url: '/oidc/token', bytes: body.length });
    for (const [asked, seen] of [
      ['/oidc/jwks', '/oidc/jwks'],
      ['/.well-known/oauth-authorization-server/oidc', '/oidc/.well-known/oauth-authorization-server'],
      ['/.well-known/oauth-authorization-server?x=1', '/oidc/.well-known/oauth-authorization-server?x=1'],
      ['/.well-known/openid-configuration/oidc', '/oidc/.well-known/openid-configuration'],
    ] as const) {
      expect((await echo(asked)).url).toBe(seen);
    }
  });

  it('allows pages of the listed origins to read the API, and no others', async () => {
    const ask = (origin: string, method = 'GET', headers = {}) =>
      fetch(`${base}/v1/things/echo`, { method, headers: { origin, ...headers } });
    const allowed = await ask('http://localhost:5173');
    expect(allowed.headers.get('access-control-allow-origin')).toBe('http://localhost:5173');
    expect(allowed.headers.get('access-control-expose-headers')).toMatch(/Content-Digest.*ETag/);
    expect(allowed.headers.get('access-control-allow-credentials')).toBeNull();
    expect(allowed.headers.get('vary')).toBe('Origin');

    const preflight = await ask('https://portal.example', 'OPTIONS', {
      'access-control-request-method': 'PATCH',
      'access-control-request-headers': 'if-match',
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-methods')).toContain('PATCH');
    expect(preflight.headers.get('access-control-allow-headers')).toMatch(/Content-Digest.*If-Match/);

    for (const foreign of [
      await ask('https://evil.example'),
      await ask('https://evil.example', 'OPTIONS', { 'access-control-request-method': 'PATCH' }),
      await ask('null'),
    ]) {
      expect([...foreign.headers.keys()].filter(name => name.startsWith('access-control-'))).toEqual([]);
    }
    const refused = await fetch(`${base}/v1/strangers/echo`, { headers: { origin: 'http://localhost:5173' } });
    expect(refused.headers.get('access-control-allow-origin')).toBe('http://localhost:5173');
  });

  it('leaves cross-origin requests for the authorization server to it', async () => {
    const preflight = await fetch(`${base}/oidc/token`, {
      method: 'OPTIONS',
      headers: { origin: 'http://localhost:5173', 'access-control-request-method': 'POST' },
    });
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
    expect((await preflight.json()) as Echo).toMatchObject({ method: 'OPTIONS' });
    expect(preflight.headers.get('content-security-policy')).toBeNull();
  });

  it('marks answers of the API as data', async () => {
    const answer = await fetch(`${base}/v1/things/echo`);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
    });
  });
});

describe.each(['router', 'url'] as const)('a gateway that stops, with services known by %s', way => {
  it('finishes requests in flight, and accepts no more', async () => {
    const things = await startTestService('things');
    const gateway = await startGateway({}, [things.upstream(way)]);
    const underWay = Array.from({ length: 5 }, () => fetch(`${gateway.url}/v1/things/slow`));
    await fetch(`${gateway.url}/v1/things/echo`);
    const started = Date.now();
    await gateway.close();
    expect(Date.now() - started).toBeLessThan(3_000);
    for (const answer of await Promise.all(underWay)) expect([answer.status, await answer.json()]).toEqual([200, { late: true }]);
    await expect(fetch(`${gateway.url}/v1/things/echo`)).rejects.toThrow();
    await things.app.close();
  });
});

describe('services in other processes', () => {
  let things: TestService;
  let gateway: RunningService;
  /** Allows a service 300 ms for its first byte. */
  let impatient: RunningService;
  let base: string;

  beforeAll(async () => {
    things = await startTestService('things');
    const upstreams = { GATEWAY_UPSTREAMS: `things=${things.url}, gone=http://127.0.0.1:9` };
    gateway = await startGateway(upstreams);
    impatient = await startGateway({ ...upstreams, GATEWAY_FIRST_BYTE_MS: '300' });
    base = gateway.url;
  });
  afterAll(async () => {
    await Promise.all([gateway.close(), impatient.close()]);
    await things.app.close();
  });

  const problem = async (path: string, options: RequestInit = {}, at = base) => {
    const answer = await fetch(`${at}${path}`, options);
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    return { status: answer.status, retryAfter: answer.headers.get('retry-after'), code: ((await answer.json()) as { code: string }).code };
  };

  it('answers 503 when a service cannot be reached, also to an upload', async () => {
    const refused = { status: 503, retryAfter: '2', code: 'service.unavailable' };
    expect(await problem('/v1/gone/things')).toEqual(refused);
    expect(await problem('/v1/gone/uploads', { method: 'POST', body: Buffer.alloc(5_000_000) })).toEqual(refused);
  });

  it('answers 502 when a service disconnects before its answer', async () => {
    const lost = { status: 502, retryAfter: '2', code: 'service.connection_lost' };
    expect(await problem('/v1/things/broken')).toEqual(lost);
    expect(await problem('/v1/things/broken', { method: 'POST', body: Buffer.alloc(500_000) })).toEqual(lost);
  });

  it('closes the connection when a service disconnects within its answer', async () => {
    const answer = await fetch(`${base}/v1/things/half`);
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow();
  });

  it('answers 504 when a service does not answer in time, and notifies it', async () => {
    const before = things.held.aborted;
    expect(await problem('/v1/things/silent', {}, impatient.url)).toEqual({ status: 504, retryAfter: '2', code: 'service.timeout' });
    await eventually(() => things.held.aborted === before + 1);
  });

  it('does not time out a slow upload', async () => {
    const { hostname, port } = new URL(impatient.url);
    const request = httpRequest({ hostname, port, path: '/v1/things/uploads', method: 'POST', agent: false });
    for (let part = 0; part < 5; part += 1) {
      request.write('part');
      await pause(150);
    }
    request.end();
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    expect(answer.statusCode).toBe(200);
    answer.resume();
  });

  it('answers 413 to a body of unannounced length once it is too long', async () => {
    const chunks = Array.from({ length: 20 }, () => Buffer.alloc(100_000));
    const answer = await send(base, '/v1/things/echo', { method: 'POST', chunks });
    expect([answer.status, (JSON.parse(answer.body) as { code: string }).code]).toEqual([413, 'body.too_large']);
  });

  it('keeps a connection usable after a service has failed', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (const [path, status] of [
      ['gone/uploads', 503],
      ['things/broken', 502],
      ['things/echo', 200],
    ] as const) {
      const answer = await send(base, `/v1/${path}`, {
        method: 'POST',
        headers: { 'content-length': 500_000 },
        chunks: [Buffer.alloc(500_000)],
        agent,
      });
      expect([path, answer.status]).toEqual([path, status]);
    }
    agent.destroy();
  });

  it('serves others while a service fails for some', async () => {
    const answers = await Promise.all(Array.from({ length: 60 }, (_, at) => send(base, `/v1/things/${at % 3 === 0 ? 'broken' : 'echo'}`)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map((_, at) => (at % 3 === 0 ? 502 : 200)));
  });

  it('is ready while any service is, and names those that are not', async () => {
    const answer = await fetch(`${base}/health/ready`);
    expect([answer.status, await answer.json()]).toEqual([200, { status: 'ready', missing: ['gone'] }]);
    const alone = await startGateway({ GATEWAY_UPSTREAMS: 'gone=http://127.0.0.1:9' });
    const notReady = await fetch(`${alone.url}/health/ready`);
    expect([notReady.status, (await fetch(`${alone.url}/health/live`)).status]).toEqual([503, 200]);
    await alone.close();
  });

  it('refuses upstreams that are not origins', async () => {
    for (const upstreams of ['things', 'things=ftp://things', 'things=http://user@things', 'things=http://things/path', '=http://things']) {
      await expect(startGateway({ GATEWAY_UPSTREAMS: upstreams })).rejects.toThrow('GATEWAY_UPSTREAMS');
    }
  });
});
