import type { IncomingMessage } from 'node:http';
import { Transform, type Readable } from 'node:stream';

/** The body exceeds the limit of the route. */
export class BodyTooLarge extends Error {}

/** Bodies up to this size are buffered before forwarding, so that a retry can send them again. Most JSON bodies are smaller. */
const kept = 64 * 1024;

/** The body of a request on its way to a service. */
export interface Body {
  /** The data to send. */
  readonly content: Readable | Buffer | null;
  /** Whether it can be sent again. */
  readonly isWhole: boolean;
  /** Calls back when sending may begin. */
  whenReady(send: () => void): void;
  /** The body is no longer needed; the rest is drained. */
  giveUp(): void;
  /** The answer is complete. */
  finish(): void;
}

const lengthOf = ({ headers }: IncomingMessage): number | undefined => {
  if (headers['transfer-encoding'] !== undefined) return undefined;
  return Number(headers['content-length'] ?? 0);
};

/** The body as a stream, or buffered if it is small. `onError` is called when the caller disconnects or sends more than `largest` bytes. */
export function bodyOf(request: IncomingMessage, largest: number, onError: (error: Error) => void): Body {
  const length = lengthOf(request);
  if (length === 0)
    return { content: null, isWhole: true, whenReady: send => send(), giveUp: () => undefined, finish: () => void request.resume() };
  return length !== undefined && length <= kept ? whole(request, onError) : streamed(request, largest, onError);
}

function whole(request: IncomingMessage, onError: (error: Error) => void): Body {
  const chunks: Buffer[] = [];
  let content: Buffer = Buffer.alloc(0);
  request.on('data', (chunk: Buffer) => chunks.push(chunk)).once('error', onError);
  return {
    get content() {
      return content;
    },
    isWhole: true,
    whenReady(send) {
      request.once('end', () => {
        content = Buffer.concat(chunks);
        send();
      });
    },
    giveUp: () => undefined,
    finish: () => undefined,
  };
}

/**
 * Counts bytes in a separate stream: undici destroys its source when the service fails, and destroying the request itself would close the
 * caller's connection.
 */
function streamed(request: IncomingMessage, largest: number, onError: (error: Error) => void): Body {
  let bytes = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      done(bytes > largest ? new BodyTooLarge() : null, chunk);
    },
  });
  request.once('error', error => counter.destroy(error));
  counter.on('error', onError);
  return {
    content: request.pipe(counter),
    isWhole: false,
    whenReady: send => send(),
    giveUp() {
      request.unpipe(); // now, not when the stream has closed, which would stop draining the rest
      counter.destroy();
    },
    finish() {
      request.unpipe();
      request.resume();
    },
  };
}
