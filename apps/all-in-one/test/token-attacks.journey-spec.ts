import { request as httpRequest } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { json } from 'node:stream/consumers';
import { serviceNames } from '@ciep/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { badTokens, type BadToken } from './bad-tokens.js';
import { ApiProber, type Problem } from './api-prober.js';
import { inOneProcess, type InOneProcess } from './start-in-one-process.js';

/** Sends invalid credentials to the gateway and to each service directly. */
let stage: InOneProcess;
let prober: ApiProber;
let bad: BadToken[];
let canary: Server;
let connections = 0;

beforeAll(async () => {
  canary = createServer(socket => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>(resolve => canary.listen(0, '127.0.0.1', resolve));
  stage = await inOneProcess();
  prober = await ApiProber.at(stage);
  bad = await badTokens(prober, `http://127.0.0.1:${(canary.address() as AddressInfo).port}`);
});
afterAll(async () => {
  canary.close();
  await stage.close();
});

/** A route of each service that a token with all roles may read, and the internal routes. */
const targets = (): [string, string][] => {
  const read = serviceNames.map(name => `/v1/${name}/audit-entries`);
  const direct = (path: string): [string, string] => [stage.platform.running.get(path.split('/')[2] ?? '')?.url ?? '', path];
  const identity = stage.platform.running.get('identity')?.url ?? '';
  return [
    ...read.map((path): [string, string] => [stage.url, path]),
    ...read.map(direct),
    [identity, '/v1/identity/me'],
    [identity, '/internal/contacts?regionCode=210000'],
  ];
};

/** A request with raw headers, also repeated ones, which `fetch` would join or refuse. */
function ask(
  base: string,
  path: string,
  headers: BadToken['headers'],
): Promise<{ status: number; problem: Problem; challenge: string | undefined }> {
  return new Promise((resolve, reject) => {
    const { hostname, port, host } = new URL(base);
    const flat = ['host', host, ...headers.flat()];
    const request = httpRequest({ hostname, port, path, method: 'GET', headers: flat as never, agent: false }, answer => {
      json(answer).then(
        body => resolve({ status: answer.statusCode ?? 0, problem: body as Problem, challenge: answer.headers['www-authenticate'] }),
        reject,
      );
    });
    request.once('error', reject).end();
  });
}

describe('a credential', () => {
  it('negative control: is accepted everywhere if it is valid', async () => {
    const person = await prober.withRoles();
    const service = await prober.sign({ kind: 'service', roles: ['service'], scope: 'internal:read' });
    for (const [base, path] of targets()) {
      const token = path.startsWith('/internal') ? service : person;
      expect([base, path, (await ask(base, path, [['authorization', `Bearer ${token}`]])).status]).toEqual([base, path, 200]);
    }
  });

  it('is refused everywhere with a matching problem if it is forged, damaged, foreign or expired', async () => {
    expect(bad.length).toBeGreaterThan(80);
    const wrong: unknown[] = [];
    for (const { what, headers, code } of bad)
      await Promise.all(
        targets().map(async ([base, path]) => {
          const { status, problem, challenge = '' } = await ask(base, path, headers);
          const isRight = status === 401 && problem.code === code && challenge.startsWith('Bearer');
          if (!isRight) wrong.push({ what, base, path, status, code: problem.code, wanted: code, challenge });
        }),
      );
    expect(wrong).toEqual([]);
  });

  it('is not even read beyond 16 KB', async () => {
    for (const [base, path] of targets()) {
      const { status, problem } = await ask(base, path, [['authorization', `Bearer ${'a'.repeat(20_000)}`]]);
      expect([base, path, status, problem.code]).toEqual([base, path, 431, 'header.too_large']);
    }
  });

  it('cannot name the source of its key: that address gets no request', () => {
    expect(connections).toBe(0);
  });
});
