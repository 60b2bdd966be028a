import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually, startService, type TestService } from '@ciep/testing';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sample, scopes } from './sample.js';

let service: TestService;
let token: string;
const organisationId = randomUUID();
const caller = { roles: ['auditor'] as const, organisationId, scopes };

beforeAll(async () => {
  service = await startService(sample, {
    settings: { CIEP_HEADER_TIMEOUT_MS: '1000', CIEP_BODY_TIMEOUT_MS: '1500', CIEP_CONNECTIONS: '50' },
  });
  token = await service.token(caller);
});

const post = (body: string) => service.as(caller).post('/v1/sample/notes', body, { headers: { 'content-type': 'application/json' } });
const nested = (levels: number) => `{"title":"x","deep":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
const many = (items: number) => JSON.stringify({ title: 'x', list: Array(items).fill(1) });
const wide = (members: number) => JSON.stringify(Object.fromEntries(Array.from({ length: members }, (_, at) => [`field${at}`, at])));

describe('a body', () => {
  it.each([
    ['20 levels', nested(20), 422, 'body.invalid'],
    ['21 levels', nested(21), 400, 'body.too_deep'],
    ['half a million levels', nested(500_000), 400, 'body.too_deep'],
    ['a list of 1,000', many(1_000), 422, 'body.invalid'],
    ['a list of 1,001', many(1_001), 400, 'body.too_many_items'],
    ['1,000 fields', wide(1_000), 422, 'body.invalid'],
    ['1,001 fields', wide(1_001), 400, 'body.too_many_items'],
    ['1 MiB and a byte', `{"title":"${'x'.repeat(1024 * 1024 - 11)}"}`, 413, 'body.too_large'],
    ['1 MiB', `{"title":"${'x'.repeat(1024 * 1024 - 12)}"}`, 422, 'body.invalid'],
  ])('of %s', async (_name, body, status, code) => {
    expect(await post(body)).toMatchObject({ status, body: { code } });
  });

  it('with many errors gets an answer of limited length', async () => {
    const { body } = await post(wide(1_000));
    expect(body.errors).toHaveLength(100);
  });
});

describe('a URL', () => {
  const parameters = (count: number) => `/v1/sample/notes?${Array.from({ length: count }, (_, at) => `p${at}=1`).join('&')}`;
  it.each([
    ['100 parameters', parameters(100), 400, 'query.invalid'],
    ['101 parameters', parameters(101), 400, 'query.too_many'],
    ['8,192 characters', `/v1/sample/${'x'.repeat(8_192 - 11)}`, 404, 'route.not_found'],
    ['8,193 characters', `/v1/sample/${'x'.repeat(8_193 - 11)}`, 414, 'url.too_long'],
    ['more than the header limit', `/v1/sample/notes?q=${'x'.repeat(17_000)}`, 431, 'header.too_large'],
  ])('of %s', async (_name, path, status, code) => {
    expect(await service.as(caller).get(path)).toMatchObject({ status, body: { code } });
  });
});

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

async function connection(): Promise<{ socket: Socket; heard: () => string; isOpen: () => boolean }> {
  const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
  sockets.push(socket);
  let heard = '';
  let isOpen = true;
  socket.on('error', () => undefined).on('close', () => (isOpen = false));
  socket.setEncoding('utf8').on('data', text => (heard += String(text)));
  await once(socket, 'connect');
  return { socket, heard: () => heard, isOpen: () => isOpen };
}

const header = (length: number, type = 'application/json') =>
  `POST /v1/sample/notes HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\nidempotency-key: ${randomUUID()}\r\ncontent-type: ${type}\r\ncontent-length: ${length}\r\n\r\n`;

/** Writes one character at a time until all is written or the other side closes. */
async function drip(socket: Socket, text: string, everyMs: number): Promise<void> {
  for (const character of text) {
    if (!socket.writable) return;
    socket.write(character);
    await pause(everyMs);
  }
}

describe('HTTP that no client of ours writes', () => {
  const answerTo = async (request: string): Promise<string> => {
    const { socket, heard } = await connection();
    socket.write(request);
    await eventually(() => Promise.resolve(expect(heard()).toMatch(/\r\n\r\n.*\}$/s)));
    return heard();
  };

  it.each([
    ['no host', 'GET /health/live HTTP/1.1\r\n\r\n', 400, 'host.not_one'],
    ['two hosts', 'GET /health/live HTTP/1.1\r\nhost: a\r\nHost: b\r\n\r\n', 400, 'host.not_one'],
    ['two equal hosts', 'GET /health/live HTTP/1.1\r\nhost: a\r\nhost: a\r\n\r\n', 400, 'host.not_one'],
    ['a letter outside ASCII', 'GET /v1/sample/notes?q=\u00e9 HTTP/1.1\r\nhost: a\r\n\r\n', 400, 'request.malformed'],
    ['an expectation', 'POST /v1/sample/notes HTTP/1.1\r\nhost: a\r\nexpect: wonders\r\n\r\n', 417, 'request.expectation_failed'],
    ['a header without end', `GET / HTTP/1.1\r\nhost: a\r\nx-long: ${'a'.repeat(20_000)}\r\n\r\n`, 431, 'header.too_large'],
    ['an unknown method', 'WONDER / HTTP/1.1\r\nhost: a\r\n\r\n', 400, 'request.malformed'],
    ['two lengths', 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n', 400, 'request.malformed'],
  ])('such as %s is refused by a problem with an id', async (_name, request, status, code) => {
    const answer = await answerTo(request);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} .*"code":"${code}"`, 's'));
    expect(answer).toMatch(/^content-type: application\/problem\+json/im);
    expect(answer).toMatch(/^content-language: en\r$/im);
    expect(answer).toMatch(/^cache-control: no-store\r$/im);
    expect(/^x-request-id: (.+)\r$/im.exec(answer)?.[1]).toBe(/"traceId":"([^"]+)"/.exec(answer)?.[1]);
  });

  it('such as a target with its host is understood', async () => {
    expect(await answerTo('GET HTTP://somewhere:80/health/live?x=1 HTTP/1.1\r\nhost: a\r\n\r\n')).toMatch(/^HTTP\/1.1 200 .*"live"/s);
    expect(await answerTo('GET http://somewhere HTTP/1.1\r\nhost: a\r\n\r\n')).toMatch(/^HTTP\/1.1 404 /);
  });
});

describe('a slow caller', () => {
  it('gets 408 for its header and is cut off, while others are served', async () => {
    const slow = await Promise.all(Array.from({ length: 20 }, connection));
    for (const { socket } of slow) void drip(socket, `GET /v1/sample/notes HTTP/1.1\r\nhost: x\r\nx-long: ${'a'.repeat(10_000)}`, 100);
    expect((await service.as(caller).get('/v1/sample/notes')).status).toBe(200);
    await eventually(() => Promise.resolve(expect(slow.filter(({ isOpen }) => isOpen())).toEqual([])), 10_000);
    for (const { heard } of slow) expect(heard()).toMatch(/^HTTP\/1.1 408 .*"code":"request.timeout"/s);
  });

  it('gets 408 for its body and is cut off', async () => {
    const { socket, heard, isOpen } = await connection();
    socket.write(header(10_000));
    void drip(socket, `{"title":"${'a'.repeat(10_000)}`, 100);
    await eventually(() => Promise.resolve(expect(isOpen()).toBe(false)), 10_000);
    expect(heard()).toMatch(/^HTTP\/1.1 408 .*"code":"request.timeout"/s);
  });

  it('is served if it finishes in time', async () => {
    const { socket, heard } = await connection();
    const body = JSON.stringify({ title: 'slow' });
    socket.write(header(body.length));
    await drip(socket, body, 25);
    await eventually(() => Promise.resolve(expect(heard()).toMatch(/^HTTP\/1.1 201 /)));
  });

  it('has more time for an upload', async () => {
    const { socket, heard, isOpen } = await connection();
    socket.write(header(10_000, 'application/pdf').replace('/v1/sample/notes', '/v1/sample/nothing'));
    socket.write('%PDF');
    // The 404 comes at once; what counts is that it is not 408 and that the connection stayed open.
    await pause(2_500);
    expect([heard().slice(0, 12), isOpen()]).toEqual(['HTTP/1.1 404', true]);
  });
});

describe('connections', () => {
  it('are limited in number', async () => {
    const opened = await Promise.all(Array.from({ length: 80 }, connection));
    await eventually(() => Promise.resolve(expect(opened.filter(({ isOpen }) => isOpen()).length).toBeLessThanOrEqual(50)));
    expect(opened.filter(({ isOpen }) => isOpen()).length).toBeGreaterThan(40);
  });
});
