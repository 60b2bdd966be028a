import type { IncomingMessage } from 'node:http';
import { Transform, type Readable } from 'node:stream';

/** The caller sends more than the route takes. */
export class BodyTooLarge extends Error {}

/** Bodies up to this size are read before they are sent on, so that they can be sent again. JSON mostly is. */
const kept = 64 * 1024;

/** The body of a request on its way to a service. */
export interface Body {
  /** What is to be sent. */
  readonly content: Readable | Buffer | null;
  /** Whether it can be sent again. */
  readonly isWhole: boolean;
  /** Calls back when sending may begin. */
  whenReady(send: () => void): void;
  /** Nobody wants it any more: what still comes is read away. */
  giveUp(): void;
  /** The answer is complete. */
  finish(): void;
}

const lengthOf = ({ headers }: IncomingMessage): number | undefined => {
  if (headers['transfer-encoding'] !== undefined) return undefined;
  return Number(headers['content-length'] ?? 0);
};

/** The body as it comes, small ones whole. `onError` is told of a caller who breaks off, or sends more than `largest` bytes. */
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

/** Counted, and a stream of its own, because undici destroys what it reads when the service fails, and with the request itself the caller's connection would go. */
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
      request.unpipe(); // now, not when the stream has closed: that would stop the reading away of what is left
      counter.destroy();
    },
    finish() {
      request.unpipe();
      request.resume();
    },
  };
}
