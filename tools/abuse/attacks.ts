// Attacks by somebody with a fast line and no rights. Every request comes from another address, so limits per address do not help.
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { registrationForm } from '../tour/fresh-organisation.js';

/** One attack: runs until the signal and returns how often each status came back. */
export interface Attack {
  readonly name: string;
  run(url: string, signal: AbortSignal): Promise<Record<string, number>>;
}

interface Shot {
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
}

/** A random address from an IPv6 range that anybody can rent. */
const anAddress = (): string => `2001:db8:${randomBytes(2).toString('hex')}:${randomBytes(2).toString('hex')}::1`;

/** Sends over this many connections, each as fast as it is answered. Broken connections are reopened, because some attacks are cut off. */
const flood = (name: string, connections: number, shot: () => Shot): Attack => ({
  name,
  async run(url, signal) {
    const pool = new Pool(url, { connections, pipelining: 1, headersTimeout: 15_000, bodyTimeout: 15_000 });
    const statuses: Record<string, number> = {};
    const shoot = async (): Promise<void> => {
      while (!signal.aborted) {
        const { method = 'GET', path, headers, body } = shot();
        const from = { 'x-forwarded-for': anAddress(), ...headers };
        const status = await pool.request({ method, path, headers: from, ...(body !== undefined && { body }) }).then(
          async answer => {
            await answer.body.dump();
            return String(answer.statusCode);
          },
          () => 'cut off',
        );
        statuses[status] = (statuses[status] ?? 0) + 1;
      }
    };
    signal.addEventListener('abort', () => void pool.destroy());
    await Promise.all(Array.from({ length: connections }, shoot));
    return statuses;
  },
});

/** Keeps this many connections open and calls `use` on each, every half second. */
const hold = (name: string, connections: number, use: (socket: Socket) => void, read: boolean): Attack => ({
  name,
  async run(url, signal) {
    const { port } = new URL(url);
    const held: Record<string, number> = {};
    const one = async (): Promise<void> => {
      while (!signal.aborted) {
        const socket = connect(Number(port), '127.0.0.1').on('error', () => undefined);
        if (read) socket.resume();
        const isOpen = await once(socket, 'connect').then(
          () => true,
          () => false,
        );
        const what = isOpen ? 'opened' : 'refused';
        held[what] = (held[what] ?? 0) + 1;
        if (!isOpen) await sleep(500);
        while (!signal.aborted && !socket.closed && socket.writable) {
          use(socket);
          await sleep(500);
        }
        socket.destroy();
      }
    };
    await Promise.all(Array.from({ length: connections }, one));
    return held;
  },
});

const json = { 'content-type': 'application/json' };
const mebibyte = 1024 * 1024;
const deep = '['.repeat(mebibyte / 2 - 10) + ']'.repeat(mebibyte / 2 - 10);
const wide = JSON.stringify(Object.fromEntries(Array.from({ length: 900 }, (_, at) => [`field${at}`, Array(200).fill(12345)]))).slice(
  0,
  mebibyte,
);
const file = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(25 * mebibyte - 100)]);
const started = new WeakSet<Socket>();

/** All attacks; they run at once. */
export const attacks: readonly Attack[] = [
  flood('reads from a new address each', 32, () => ({ path: '/v1/conference/editions' })),
  flood('invented tokens', 8, () => ({
    path: '/v1/exhibition/applications',
    headers: { authorization: `Bearer ${randomUUID()}.${randomUUID()}.${randomUUID()}` },
  })),
  flood('bodies half a million levels deep', 4, () => ({
    method: 'POST',
    path: '/v1/identity/registrations',
    headers: { ...json, 'idempotency-key': randomUUID() },
    body: deep,
  })),
  flood('bodies of nearly 1 MiB that are wrong everywhere', 8, () => ({
    method: 'POST',
    path: '/v1/identity/registrations',
    headers: { ...json, 'idempotency-key': randomUUID() },
    body: wide,
  })),
  flood('requests for new passwords', 8, () => ({
    method: 'POST',
    path: '/v1/identity/password-recoveries',
    headers: json,
    body: JSON.stringify({ mail: `${randomUUID()}@example.org` }),
  })),
  flood('registrations', 16, () => ({
    method: 'POST',
    path: '/v1/identity/registrations',
    headers: { ...json, 'idempotency-key': randomUUID() },
    body: JSON.stringify(registrationForm('210000').form),
  })),
  flood('guesses of a secret', 8, () => ({
    method: 'POST',
    path: '/oidc/token',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: `grant_type=client_credentials&client_id=portal-210000&client_secret=${randomUUID()}`,
  })),
  flood('uploads of 25 MiB without a token', 3, () => ({
    method: 'POST',
    path: '/v1/exhibition/uploads',
    headers: { 'content-type': 'application/pdf' },
    body: file,
  })),
  hold(
    'requests that drip',
    150,
    socket => {
      socket.write(
        started.has(socket)
          ? 'a'
          : `POST /v1/identity/registrations HTTP/1.1\r\nhost: x\r\nx-forwarded-for: ${anAddress()}\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n{"a":"`,
      );
      started.add(socket);
    },
    true,
  ),
  hold(
    'answers that are never read',
    100,
    socket => {
      if (!started.has(socket)) socket.write(`GET /openapi.json HTTP/1.1\r\nhost: x\r\nx-forwarded-for: ${anAddress()}\r\n\r\n`.repeat(20));
      started.add(socket);
    },
    false,
  ),
];
