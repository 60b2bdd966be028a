import type { Socket } from 'node:net';
import { newId } from '@ciep/kernel';

const meanings: Readonly<Record<string, { line: string; code: string }>> = {
  HPE_HEADER_OVERFLOW: { line: '431 Request Header Fields Too Large', code: 'header.too_large' },
  ERR_HTTP_REQUEST_TIMEOUT: { line: '408 Request Timeout', code: 'request.timeout' },
};
const malformed = { line: '400 Bad Request', code: 'request.malformed' };

/** How long a caller that goes on sending may read its answer, in milliseconds. */
const lastWord = 1_000;

/** Answers by hand what no route can: broken HTTP, and requests that do not come to an end. The connection ends with it. */
export function refuseBrokenHttp(error: { readonly code?: string }, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const { line, code } = meanings[error.code ?? ''] ?? malformed;
  const body = JSON.stringify({
    type: `urn:ciep:problem:${code}`,
    title: line.slice(4),
    status: Number(line.slice(0, 3)),
    detail: line.slice(4),
    instance: '',
    code,
    traceId: newId(),
    errors: [],
  });
  socket.end(
    `HTTP/1.1 ${line}\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
  setTimeout(() => socket.destroy(), lastWord).unref();
}
