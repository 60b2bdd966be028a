import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from './client.js';
import { History } from './history.js';

/** An answer with status and body, or none. */
type Scripted = readonly [status: number, body?: object] | 'hangs up';

describe(Client.name, () => {
  let server: Server;
  let script: Scripted[];
  let keys: (string | undefined)[];
  let history: History;

  beforeEach(async () => {
    keys = [];
    history = new History();
    server = createServer((request: IncomingMessage, response) => {
      keys.push(request.headers['idempotency-key'] as string | undefined);
      const next = script.shift() ?? [500];
      if (next === 'hangs up') request.socket.destroy();
      else response.writeHead(next[0]).end(JSON.stringify(next[1] ?? {}));
    });
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise(done => server.close(done));
  });

  async function draft(persistent: boolean, ...answers: Scripted[]) {
    script = answers;
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const client = new Client({ url, name: 'c', history, persistent, signal: new AbortController().signal });
    await client.send({ name: 'application.draft', method: 'POST', path: '/v1/exhibition/applications', body: {} });
    return history.operations.at(-1);
  }

  it.each([
    ['ok', [200, { id: 'a', version: 1 }]],
    ['fail', [409, { code: 'booth.taken' }]],
    ['fail', [404, { code: 'application.not_found' }]],
    ['unknown', [409, { code: 'idempotency.in_progress' }]],
    ['unknown', [503, { code: 'service.unavailable' }]],
    ['unknown', [500]],
    ['unknown', 'hangs up'],
  ] as const)('knows that it is %s after %j', async (outcome, answer) => {
    expect((await draft(false, answer))?.outcome).toBe(outcome);
  });

  it('repeats an unknown request with the same key until the outcome is known', async () => {
    const done = await draft(true, 'hangs up', [503], [409, { code: 'idempotency.in_progress' }], [201, { id: 'a', version: 1 }]);
    expect(done).toMatchObject({ outcome: 'ok', attempts: 4, subject: { id: 'a', version: 1 }, service: 'exhibition' });
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toBe(done?.key);
  });

  it('after a lost attempt, treats a refusal as final only if it is stored with the key', async () => {
    expect((await draft(true, 'hangs up', [409, { code: 'booth.taken' }]))?.outcome).toBe('fail');
    expect((await draft(true, 'hangs up', [404], [200]))?.outcome).toBe('ok');
  });
});
