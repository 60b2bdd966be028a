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

  it('that is wrong everywhere gets an answer of bounded length', async () => {
    const { body } = await post(wide(1_000));
    expect(body.errors).toHaveLength(100);
  });
});

describe('an address', () => {
  const parameters = (count: number) => `/v1/sample/notes?${Array.from({ length: count }, (_, at) => `p${at}=1`).join('&')}`;
  it.each([
    ['100 parameters', parameters(100), 400, 'query.invalid'],
    ['101 parameters', parameters(101), 400, 'query.too_many'],
    ['8,192 characters', `/v1/sample/${'x'.repeat(8_192 - 11)}`, 404, 'route.not_found'],
    ['8,193 characters', `/v1/sample/${'x'.repeat(8_193 - 11)}`, 414, 'url.too_long'],
    ['more than a header may have', `/v1/sample/notes?q=${'x'.repeat(17_000)}`, 431, 'header.too_large'],
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

/** Writes one character at a time until all is written or the other side has had enough. */
async function drip(socket: Socket, text: string, everyMs: number): Promise<void> {
  for (const character of text) {
    if (!socket.writable) return;
    socket.write(character);
    await pause(everyMs);
  }
}

describe('a caller that drips', () => {
  it('its header is told so and cut off, while others are served', async () => {
    const slow = await Promise.all(Array.from({ length: 20 }, connection));
    for (const { socket } of slow) void drip(socket, `GET /v1/sample/notes HTTP/1.1\r\nhost: x\r\nx-long: ${'a'.repeat(10_000)}`, 100);
    expect((await service.as(caller).get('/v1/sample/notes')).status).toBe(200);
    await eventually(() => Promise.resolve(expect(slow.filter(({ isOpen }) => isOpen())).toEqual([])), 10_000);
    for (const { heard } of slow) expect(heard()).toMatch(/^HTTP\/1.1 408 .*"code":"request.timeout"/s);
  });

  it('its body is told so and cut off', async () => {
    const { socket, heard, isOpen } = await connection();
    socket.write(header(10_000));
    void drip(socket, `{"title":"${'a'.repeat(10_000)}`, 100);
    await eventually(() => Promise.resolve(expect(isOpen()).toBe(false)), 10_000);
    expect(heard()).toMatch(/^HTTP\/1.1 408 .*"code":"request.timeout"/s);
  });

  it('and comes to an end in time is served', async () => {
    const { socket, heard } = await connection();
    const body = JSON.stringify({ title: 'slow' });
    socket.write(header(body.length));
    await drip(socket, body, 25);
    await eventually(() => Promise.resolve(expect(heard()).toMatch(/^HTTP\/1.1 201 /)));
  });

  it('an upload has longer', async () => {
    const { socket, heard, isOpen } = await connection();
    socket.write(header(10_000, 'application/pdf').replace('/v1/sample/notes', '/v1/sample/nothing'));
    socket.write('%PDF');
    // The answer 404 is at once; that it is no 408, and that the connection was left alone, is what counts.
    await pause(2_500);
    expect([heard().slice(0, 12), isOpen()]).toEqual(['HTTP/1.1 404', true]);
  });
});

describe('connections', () => {
  it('are so many and no more', async () => {
    const opened = await Promise.all(Array.from({ length: 80 }, connection));
    await eventually(() => Promise.resolve(expect(opened.filter(({ isOpen }) => isOpen()).length).toBeLessThanOrEqual(50)));
    expect(opened.filter(({ isOpen }) => isOpen()).length).toBeGreaterThan(40);
  });
});
