import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { AnswerHeaders, Whole } from './caching.rules.js';

/** Decisions about a response that is held back. */
export interface Holder {
  /** Whether to hold the response until it is complete, by its head. */
  readonly isWanted: (status: number, headers: AnswerHeaders) => boolean;
  /** The largest body that is held, in bytes. */
  readonly most: number;
  /** Called with the complete response. The response object is as before, and nothing has been sent. */
  readonly complete: (whole: Whole) => void;
  /** Called when the response is not wanted or too large; it is then streamed to its caller. */
  readonly release: () => void;
}

/** The writing methods of a response, as loosely typed as Node's. */
interface Writing {
  writeHead(this: void, status: number, ...rest: unknown[]): ServerResponse;
  write(this: void, chunk: unknown, ...rest: unknown[]): boolean;
  end(this: void, ...given: unknown[]): ServerResponse;
  flushHeaders(this: void): void;
}

const isCallback = (given: unknown): given is () => void => typeof given === 'function';
const isContent = (given: unknown): given is string | Uint8Array => typeof given === 'string' || given instanceof Uint8Array;

const headersOf = (response: ServerResponse, given: unknown): AnswerHeaders => {
  const all: Record<string, string | string[]> = {};
  const entries = [
    ...Object.entries(response.getHeaders()),
    ...Object.entries(typeof given === 'object' ? (given as OutgoingHttpHeaders) : {}),
  ];
  for (const [name, value] of entries) if (value !== undefined) all[name.toLowerCase()] = Array.isArray(value) ? value : String(value);
  return all;
};

const bytesOf = (chunk: string | Uint8Array, encoding: unknown): Uint8Array =>
  typeof chunk === 'string' ? Buffer.from(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8') : chunk;

/** Copies the parts, because slices would keep their larger buffers in memory. */
function joined(parts: readonly Uint8Array[], length: number): Buffer {
  const body = Buffer.allocUnsafeSlow(length);
  let at = 0;
  for (const part of parts) {
    body.set(part, at);
    at += part.length;
  }
  return body;
}

/**
 * Holds back a response until it is complete, whether a router in this process or another process writes it. A slow reader then does
 * not delay those who wait for the same answer. A second head, after a failure, replaces everything written before.
 */
export function hold(response: ServerResponse, { isWanted, most, complete, release }: Holder): void {
  const real: Writing = {
    writeHead: response.writeHead.bind(response),
    write: response.write.bind(response),
    end: response.end.bind(response),
    flushHeaders: response.flushHeaders.bind(response),
  };
  const restore = () => Object.assign(response, real);
  let head: { status: number; headers: AnswerHeaders; rest: unknown[] } | undefined;
  let parts: Uint8Array[] = [];
  let length = 0;

  /** Takes a part of the body; false if the response is not held any more and the caller has to write it. */
  const take = (chunk: unknown, encoding: unknown): boolean => {
    if (!head) response.writeHead(response.statusCode);
    if (!head) return false;
    if (!isContent(chunk)) return true;
    const bytes = bytesOf(chunk, encoding);
    if (length + bytes.length <= most) {
      parts.push(bytes);
      length += bytes.length;
      return true;
    }
    restore();
    real.writeHead(head.status, ...head.rest);
    for (const part of parts) real.write(part);
    release();
    return false;
  };

  Object.assign(response, {
    writeHead(status, ...rest) {
      const headers = headersOf(response, rest.at(-1));
      [head, parts, length] = [undefined, [], 0];
      if (isWanted(status, headers) && Number(headers['content-length'] ?? 0) <= most) {
        head = { status, headers, rest };
        return response;
      }
      restore();
      release();
      return real.writeHead(status, ...rest);
    },
    write(chunk, ...rest) {
      if (!take(chunk, rest[0])) return real.write(chunk, ...rest);
      const done = rest.at(-1);
      if (isCallback(done)) process.nextTick(done);
      return true;
    },
    end(...given) {
      if (!take(given[0], given[1]) || !head) return real.end(...given);
      const done = given.at(-1);
      if (isCallback(done)) response.once('finish', done);
      restore();
      complete({ status: head.status, headers: head.headers, body: joined(parts, length) });
      return response;
    },
    flushHeaders() {
      if (!head && !response.headersSent) response.writeHead(response.statusCode);
      if (!head) real.flushHeaders();
    },
  } satisfies Writing);
}
