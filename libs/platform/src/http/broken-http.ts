import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { newId } from '@ciep/kernel';
import { problemOf } from './problem.js';
import { refusalOfStatus } from './refusal.js';

/** Stands for the code of a request that expects something other than to be continued. */
export const expectationFailed = 'EXPECTATION_FAILED';

const meanings: Readonly<Record<string, number>> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408, [expectationFailed]: 417 };

/** Security headers of every answer for browsers: TLS only, no type guessing, no referrer for other sites. */
export const browserHeaders = {
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
} as const;

/** How long a caller that keeps sending has to read the answer. */
const closeTimeoutMs = 1_000;

/** Answers requests that never reach a route, because they are broken or do not end, and closes the connection. */
export function refuseBrokenHttp(error: { readonly code?: string }, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const status = meanings[error.code ?? ''] ?? 400;
  // The preferred language of the caller is not known.
  const requestId = newId();
  const body = JSON.stringify(problemOf(refusalOfStatus(status), 'en', '', requestId));
  const headers = Object.entries({
    ...browserHeaders,
    'content-type': 'application/problem+json',
    'content-language': 'en',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-request-id': requestId,
    connection: 'close',
  });
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...headers.map(([name, value]) => `${name}: ${value}`)];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
  setTimeout(() => socket.destroy(), closeTimeoutMs).unref();
}
