import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { exposition, type RunningService } from '@ciep/platform';
import { eventually, valueOf } from '@ciep/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type RawAnswer, send, startGateway } from './gateway.factory.js';
import { type ReadingRoom, startReadingRoom } from './reading-room.factory.js';

const origins = ['https://one.example', 'https://two.example'] as const;
const aMinute = 'public, max-age=60';
const wide = { GATEWAY_REQUESTS_PER_MINUTE: '1000000', GATEWAY_ADDRESS_REQUESTS_PER_MINUTE: '1000000' };

let things: ReadingRoom;
let gateway: RunningService;
let paths = 0;
/** An address that nobody has asked for yet. */
const aPath = (): string => `/v1/things/${(paths += 1)}`;
const get = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<RawAnswer> =>
  send(gateway.url, path, { method, headers });
const countOf = ({ body }: RawAnswer): number => (JSON.parse(body) as { count: number }).count;
const statusOf = ({ status }: RawAnswer): number => status;

/** A caller who goes away before the answer. */
async function askAndLeave(path: string): Promise<void> {
  const before = things.asked.length;
  const { hostname, port } = new URL(gateway.url);
  const request = httpRequest({ hostname, port, path, agent: false });
  request.end();
  await eventually(() => expect(things.asked.length).toBeGreaterThan(before));
  request.destroy();
  await expect(once(request, 'close')).rejects.toThrow('socket hang up');
}

describe.each(['router', 'url'] as const)('public answers, services reached by %s', way => {
  beforeEach(async () => {
    things = await startReadingRoom('things');
    gateway = await startGateway({ ...wide, GATEWAY_CORS_ORIGINS: origins.join() }, [things.upstream(way)]);
  });
  afterEach(async () => {
    await gateway.close();
    await things.close();
  });

  it('are given from memory, with their age, while they are fresh', async () => {
    const path = aPath();
    const [first, second, head] = [await get(path), await get(path), await get(path, {}, 'HEAD')];
    expect([first, second].map(countOf)).toEqual([1, 1]);
    expect([first.headers['age'], Number(second.headers['age'])]).toEqual([undefined, expect.any(Number)]);
    expect(second.headers).toMatchObject({
      'cache-control': aMinute,
      etag: '"1"',
      date: first.headers['date'],
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(second.body.length),
    });
    expect([head.status, head.body, head.headers['content-length']]).toEqual([200, '', String(second.body.length)]);
    expect(things.asked).toHaveLength(1);
  });

  it('are asked for anew when they are stale, also by a caller who would take them', async () => {
    const path = aPath();
    things.answerBy((reply, _, count) => reply.headers({ 'cache-control': 'public, max-age=1, must-revalidate' }).send({ count }));
    expect([countOf(await get(path)), countOf(await get(path))]).toEqual([1, 1]);
    await eventually(async () => expect(countOf(await get(path, { 'cache-control': 'max-stale=1000' }))).toBe(2));
  });

  it('are as old as the cache before the service says', async () => {
    const path = aPath();
    things.answerBy((reply, _, count) => reply.headers({ 'cache-control': aMinute, age: '40' }).send({ count }));
    await get(path);
    expect(Number((await get(path)).headers['age'])).toBeGreaterThanOrEqual(40);
    const tooOld = aPath();
    things.answerBy((reply, _, count) => reply.headers({ 'cache-control': aMinute, age: '60' }).send({ count }));
    expect(countOf(await get(tooOld))).not.toBe(countOf(await get(tooOld)));
  });

  it.each([
    ['cache-control', 'private, max-age=60'],
    ['cache-control', 'public, max-age=60, no-store'],
    ['cache-control', 'public, max-age=60, No-Cache'],
    ['cache-control', 'public, max-age=0'],
    ['cache-control', 'public, max-age=60, s-maxage=0'],
    ['cache-control', 'public'],
    ['cache-control', 'max-age=60'],
    ['vary', '*'],
    ['vary', 'Accept-Language, X-Forwarded-For'],
    ['set-cookie', 'a=1'],
  ])('are not kept with %s: %s', async (name, value) => {
    const path = aPath();
    things.answerBy((reply, _, count) => reply.headers({ 'cache-control': aMinute, [name]: value }).send({ count }));
    expect([countOf(await get(path)), countOf(await get(path))]).toEqual([1, 2]);
  });

  it.each([
    { authorization: 'Bearer x' },
    { cookie: 'a=1' },
    { range: 'bytes=0-1' },
    { 'cache-control': 'no-store' },
    { 'cache-control': 'No-Cache' },
    { 'cache-control': 'max-age=0' },
    { 'cache-control': 'min-fresh=61' },
    { pragma: 'no-cache' },
  ])('are not what a request with %j gets', async headers => {
    const path = aPath();
    await get(path);
    // Age counts whole seconds to a reader, but a request may ask for what has none at all.
    await eventually(async () => expect(countOf(await get(path, headers))).toBeGreaterThan(1));
  });

  it.each([{ authorization: 'Bearer x' }, { cookie: 'a=1' }, { range: 'bytes=0-1' }, { 'cache-control': 'no-store' }])(
    'do not come of a request with %j',
    async headers => {
      const path = aPath();
      await get(path, headers);
      expect(countOf(await get(path))).toBe(2);
    },
  );

  it('are asked for by a caller who wants a new one, and others get that', async () => {
    const path = aPath();
    await get(path);
    expect(countOf(await get(path, { 'cache-control': 'no-cache' }))).toBe(2);
    expect(countOf(await get(path))).toBe(2);
  });

  it('are kept for one address: parameters in another order, or another host, are another', async () => {
    const path = aPath();
    const asked = [
      await get(`${path}?a=1&b=2`),
      await get(`${path}?b=2&a=1`),
      await get(`${path}?a=1&b=2`, { host: 'other.example' }),
      await get(`${path}?a=1&b=2`),
    ];
    expect(asked.map(countOf)).toEqual([1, 2, 3, 1]);
  });

  it('differ by the headers that they vary by', async () => {
    const path = aPath();
    things.answerBy((reply, { headers }, count) =>
      reply.headers({ 'cache-control': aMinute, vary: 'Accept-Language' }).send({ count, language: headers['accept-language'] }),
    );
    const counts: number[] = [];
    for (const language of ['zh', 'en', 'zh', 'en']) counts.push(countOf(await get(path, { 'accept-language': language })));
    expect([...counts, countOf(await get(path))]).toEqual([1, 2, 1, 2, 3]);
    for (let other = 0; other < 40; other += 1) await get(path, { 'accept-language': `x-${other}` });
    expect(await valueIn('ciep_cache_entries')).toBe(1);
  });

  it('bear what the gateway says of each request itself', async () => {
    const path = aPath();
    things.answerBy((reply, { headers }, count) =>
      reply.headers({ 'cache-control': aMinute, 'x-request-id': headers['x-request-id'] }).send({ count }),
    );
    const answers = [
      await get(path, { origin: origins[0], 'x-request-id': 'first-request' }),
      await get(path, { origin: origins[1], 'x-request-id': 'second-request' }),
      await get(path, { origin: 'https://evil.example' }),
    ];
    expect(answers.map(countOf)).toEqual([1, 1, 1]);
    expect(answers.map(({ headers }) => headers['access-control-allow-origin'])).toEqual([...origins, undefined]);
    expect(answers.slice(0, 2).map(({ headers }) => headers['x-request-id'])).toEqual(['first-request', 'second-request']);
    expect(new Set(answers.map(({ headers }) => headers['x-request-id'])).size).toBe(3);
    expect(answers.map(({ headers }) => headers['vary'])).toEqual(['Origin', 'Origin', 'Origin']);
    const left = answers.map(({ headers }) => Number(/"default";r=(\d+)/.exec(String(headers['ratelimit']))?.[1]));
    expect(left).toEqual([999_999, 999_998, 999_997]);
  });

  it('are left out for whoever has them', async () => {
    const path = aPath();
    const { etag } = (await get(path)).headers;
    for (const known of [`"other", W/${etag}`, '*']) {
      const { status, headers, body } = await get(path, { 'if-none-match': known });
      expect([status, body, headers['etag'], headers['content-type'], headers['content-length']]).toEqual([
        304,
        '',
        etag,
        undefined,
        undefined,
      ]);
      expect(headers).toMatchObject({ 'cache-control': aMinute, age: expect.stringMatching(/^\d+$/) });
    }
    expect((await get(path, { 'if-none-match': '"other"' })).status).toBe(200);
    expect((await get(path, { 'if-none-match': `${etag}` }, 'HEAD')).status).toBe(304);
    const dated = aPath();
    things.answerBy((reply, _, count) =>
      reply.headers({ 'cache-control': aMinute, 'last-modified': 'Sun, 01 Nov 2026 00:00:00 GMT' }).send({ count }),
    );
    const since = async (day: string) => statusOf(await get(dated, { 'if-modified-since': `${day} Nov 2026 00:00:00 GMT` }));
    expect([await since('Sat, 31 Oct 2026 00:00:00 GMT'), await since('Sun, 01'), await since('Mon, 02')]).toEqual([200, 304, 304]);
    expect(things.asked).toHaveLength(2);
  });

  it('are fetched whole for all by a caller who has one already', async () => {
    const path = aPath();
    expect((await get(path, { 'if-none-match': '"1"' })).status).toBe(304);
    expect(things.asked[0]?.headers['if-none-match']).toBeUndefined();
    expect(countOf(await get(path))).toBe(1);
    const notKept = aPath();
    things.answerBy((reply, _, count) => reply.headers({ etag: '"7"' }).send({ count }));
    const { status, headers } = await get(notKept, { 'if-none-match': '"7"' });
    expect([status, headers['etag']]).toEqual([304, '"7"']);
  });

  it('are refused to a caller who wants a kept one only, where there is none', async () => {
    const path = aPath();
    const none = await get(path, { 'cache-control': 'only-if-cached' });
    expect([none.status, (JSON.parse(none.body) as { code: string }).code]).toEqual([504, 'answer.not_kept']);
    await get(path);
    expect((await get(path, { 'cache-control': 'only-if-cached' })).status).toBe(200);
  });

  it('may say that there is nothing, for as long as they say so; failures are nobody else’s', async () => {
    const path = aPath();
    things.answerBy((reply, _, count) => reply.status(404).headers({ 'cache-control': aMinute }).send({ count }));
    expect([await get(path), await get(path)].map(answer => [answer.status, countOf(answer)])).toEqual([
      [404, 1],
      [404, 1],
    ]);
    const failing = aPath();
    things.answerBy((reply, _, count) => reply.status(500).headers({ 'cache-control': aMinute }).send({ count }));
    expect([await get(failing), await get(failing)].map(countOf)).toEqual([2, 3]);
  });

  it('are forgotten when something is written to their address', async () => {
    const path = aPath();
    await get(path);
    await get(path, {}, 'PATCH');
    expect(countOf(await get(path))).toBe(3);
    things.answerBy(reply => reply.status(409).send({}));
    await get(path, {}, 'DELETE');
    expect(countOf(await get(path))).toBe(3);
  });

  it('are asked for once by all who want one at the same time', async () => {
    const path = aPath();
    let answer = (): void => undefined;
    things.answerBy((reply, _, count) => {
      answer = () => void reply.headers({ 'cache-control': aMinute, etag: '"1"' }).send({ count });
      return reply;
    });
    const asking = Array.from({ length: 20 }, (_, at) => get(path, at === 7 ? { 'if-none-match': '"1"' } : {}));
    await eventually(() => expect(things.asked).toHaveLength(1));
    answer();
    expect((await Promise.all(asking)).map(statusOf).sort()).toEqual([...Array<number>(19).fill(200), 304]);
    expect(things.asked).toHaveLength(1);
  });

  it('that turn out to be for one caller only are asked for by each', async () => {
    const path = aPath();
    let answers: (() => void)[] = [];
    things.answerBy((reply, _, count) => {
      answers.push(() => void reply.headers({ 'cache-control': 'no-store' }).send({ count }));
      return reply;
    });
    const asking = Array.from({ length: 5 }, () => get(path));
    await eventually(() => expect(answers).toHaveLength(1));
    const [first] = answers;
    answers = [];
    first?.();
    await eventually(() => expect(answers).toHaveLength(4));
    for (const answer of answers) answer();
    expect(new Set((await Promise.all(asking)).map(countOf)).size).toBe(5);
  });

  it('reach those who wait when the one who asked first goes away', async () => {
    const path = aPath();
    const held: (() => void)[] = [];
    things.answerBy((reply, _, count) => {
      held.push(() => void reply.headers({ 'cache-control': aMinute }).send({ count }));
      return reply;
    });
    const leaving = askAndLeave(path);
    await eventually(() => expect(held).toHaveLength(1));
    const waiting = Array.from({ length: 10 }, () => get(path));
    await leaving;
    // One of them asks again, for all.
    await eventually(() => expect(held).toHaveLength(2));
    for (const answer of held) answer();
    expect((await Promise.all(waiting)).map(statusOf)).toEqual(Array(10).fill(200));
    expect(things.asked).toHaveLength(2);
  });

  it('do not wait for a caller who reads slowly', async () => {
    const path = aPath();
    things.answerBy(reply => reply.headers({ 'cache-control': aMinute, 'content-type': 'text/plain' }).send(Buffer.alloc(1_000_000, 'x')));
    const { hostname, port } = new URL(gateway.url);
    const slow = httpRequest({ hostname, port, path, agent: false });
    slow.end();
    const [unread] = await once(slow, 'response');
    expect((await get(path)).body).toHaveLength(1_000_000);
    expect(things.asked).toHaveLength(1);
    (unread as { destroy(): void }).destroy();
  });

  it('go as they come when they are too large, and are not kept', async () => {
    const path = aPath();
    things.answerBy((reply, _, count) =>
      reply.headers({ 'cache-control': aMinute, 'x-count': String(count) }).send(Buffer.alloc(3_000_000, 'x')),
    );
    const answers = [await get(path), await get(path)];
    expect(answers.map(({ headers, body }) => [headers['x-count'], body.length])).toEqual([
      ['1', 3_000_000],
      ['2', 3_000_000],
    ]);
  });

  it('are counted', async () => {
    const path = aPath();
    const before = await Promise.all(['hit', 'miss', 'bypass'].map(outcome => valueIn('ciep_cache_requests_total', outcome)));
    await get(path);
    await get(path);
    await get(path, { authorization: 'Bearer x' });
    const after = await Promise.all(['hit', 'miss', 'bypass'].map(outcome => valueIn('ciep_cache_requests_total', outcome)));
    expect(after.map((value, at) => value - (before[at] ?? 0))).toEqual([1, 1, 1]);
    expect(await valueIn('ciep_cache_entries')).toBe(1);
    expect(await valueIn('ciep_cache_bytes')).toBeGreaterThan(0);
  });

  it('of a request with credentials are never given to somebody else, whatever the service says', async () => {
    const callers = [{}, { authorization: 'Bearer one' }, { authorization: 'Bearer two' }, { cookie: 'session=three' }];
    const whose = ({ authorization, cookie }: { authorization?: string | undefined; cookie?: string | undefined }) =>
      authorization ?? cookie ?? 'nobody';
    const heads = [aMinute, 'public, s-maxage=60, must-revalidate', 'private, max-age=60', 'no-store'];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ caller: fc.nat(3), directive: fc.nat(1), method: fc.constantFrom('GET', 'HEAD', 'GET') }), {
          minLength: 2,
          maxLength: 12,
        }),
        fc.nat(3),
        fc.boolean(),
        async (steps, head, atOnce) => {
          const path = aPath();
          things.answerBy((reply, { headers }) =>
            reply.headers({ 'cache-control': heads[head], 'x-whose': whose(headers), etag: '"same"' }).send({ whose: whose(headers) }),
          );
          const step = async ({ caller, directive, method }: (typeof steps)[number]) => {
            const headers: Record<string, string> = { ...callers[caller], ...(directive === 1 && { 'cache-control': 'max-age=30' }) };
            const answer = await get(path, headers, method);
            return [
              whose(headers),
              answer.headers['x-whose'],
              method === 'HEAD' ? whose(headers) : (JSON.parse(answer.body) as { whose: string }).whose,
            ];
          };
          const given: (string | string[] | undefined)[][] = [];
          if (atOnce) given.push(...(await Promise.all(steps.map(step))));
          else for (const each of steps) given.push(await step(each));
          for (const [asker, inHead, inBody] of given) expect([inHead, inBody]).toEqual([asker, asker]);
        },
      ),
      { numRuns: 60 },
    );
  });

  async function valueIn(metric: string, ...parts: string[]): Promise<number> {
    const line = (await exposition())
      .split('\n')
      .find(each => each.startsWith(`${metric}{`) && parts.every(part => each.includes(`="${part}"`)));
    return Number(line?.split(' ').at(-1) ?? 0);
  }
});

describe('the memory for public answers', () => {
  beforeEach(async () => {
    things = await startReadingRoom('things');
    things.answerBy((reply, _, count) => reply.headers({ 'cache-control': aMinute, 'x-count': String(count) }).send('x'.repeat(10_000)));
  });
  afterEach(async () => {
    await gateway.close();
    await things.close();
  });

  const within = async (settings: Record<string, string>) => {
    gateway = await startGateway({ ...wide, ...settings }, [things.upstream('router')]);
    const path = aPath();
    for (let page = 0; page < 60; page += 1) await get(`${path}?page=${page}`);
    return { size: await value('ciep_cache_bytes'), entries: await value('ciep_cache_entries'), path };
  };
  const value = async (metric: string) => valueOf(await exposition(), metric, { service: 'gateway' }) ?? 0;

  it('has the size that the settings give it; what was not asked for longest goes first', async () => {
    const { size, entries, path } = await within({ GATEWAY_CACHE_BYTES: '300000' });
    expect(size).toBeLessThanOrEqual(300_000);
    expect(size).toBeGreaterThan(200_000);
    expect(entries).toBeLessThan(30);
    expect((await get(`${path}?page=59`)).headers['x-count']).toBe('60');
    expect((await get(`${path}?page=0`)).headers['x-count']).toBe('61');
  });

  it('has no more entries than the settings say', async () => {
    expect((await within({ GATEWAY_CACHE_ENTRIES: '5' })).entries).toBe(5);
  });

  it('may be none', async () => {
    const { path } = await within({ GATEWAY_CACHE_BYTES: '0' });
    expect((await get(`${path}?page=59`)).headers['x-count']).toBe('61');
  });
});

describe('a service in another process', () => {
  beforeEach(async () => {
    things = await startReadingRoom('things');
    gateway = await startGateway({ ...wide, GATEWAY_FIRST_BYTE_MS: '600' }, [things.upstream('url')]);
  });
  afterEach(async () => {
    await gateway.close();
    await things.close();
  });

  it('that hangs for one caller keeps the others waiting no longer than half the time', async () => {
    const path = aPath();
    things.answerBy((reply, _, count) => (count === 1 ? reply : reply.headers({ 'cache-control': aMinute }).send({ count })));
    const hung = get(path);
    await eventually(() => expect(things.asked).toHaveLength(1));
    const others = await Promise.all(Array.from({ length: 5 }, () => get(path)));
    expect(others.map(statusOf)).toEqual([200, 200, 200, 200, 200]);
    expect((await hung).status).toBe(504);
    expect((await get(path)).status).toBe(200);
  });

  it('that breaks off within an answer is 502, and the next question is answered', async () => {
    const path = aPath();
    things.answerBy((reply, _, count) => {
      if (count > 1) return reply.headers({ 'cache-control': aMinute }).send({ count });
      reply.hijack();
      reply.raw.writeHead(200, { 'cache-control': aMinute, 'content-length': '100' });
      reply.raw.write('half', () => reply.raw.destroy());
    });
    const broken = await get(path);
    expect([broken.status, (JSON.parse(broken.body) as { code: string }).code]).toEqual([502, 'service.connection_lost']);
    expect(countOf(await get(path))).toBe(2);
  });
});
