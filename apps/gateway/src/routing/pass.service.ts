import type { IncomingMessage, ServerResponse } from 'node:http';
import { Transform, type Readable } from 'node:stream';
import type { Refusal } from '@ciep/platform';
import { type Dispatcher, errors } from 'undici';
import { answerBroken, answerTooLate, bodyTooLarge, serviceUnavailable } from './gateway.errors.js';
import { passedBack } from './headers.rules.js';
import { refuse } from './refusals.service.js';

/** What {@link pass} sends, and how long it waits. */
export interface Passage {
  readonly path: string;
  /** Names and values in turn, ready to be sent. */
  readonly headers: string[];
  /** Largest body, in bytes; a longer one is cut off with 413, whatever length was announced. */
  readonly largestBody: number;
  /** How long the service may take from the last byte it was sent to the first byte of its answer, in milliseconds. */
  readonly firstByteWithinMs: number;
}

class BodyTooLarge extends Error {}
class TooLate extends Error {}
class CallerGone extends Error {}

const neverConnected = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

function refusalFor(error: Error): Refusal {
  if (error instanceof BodyTooLarge) return bodyTooLarge;
  if (error instanceof TooLate) return answerTooLate;
  const code = 'code' in error ? String(error.code) : '';
  return neverConnected.has(code) || error instanceof errors.ClientClosedError || error instanceof errors.ClientDestroyedError
    ? serviceUnavailable
    : answerBroken;
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** The body as it comes, counted. A stream of its own, because undici destroys what it reads when the service fails, and with the request itself the caller's connection would go. */
function counted(request: IncomingMessage, largest: number): Readable {
  let bytes = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      done(bytes > largest ? new BodyTooLarge() : null, chunk);
    },
  });
  request.once('error', error => counter.destroy(error));
  return request.pipe(counter);
}

/**
 * Sends a request on to a service and its answer back, both as streams with back-pressure. A caller who goes away is seen by the
 * service; a service that cannot be reached is 503, one that breaks off before its answer 502, one that is silent too long 504.
 * Nothing is sent twice: whether a request may be repeated is for its sender to say, with an `Idempotency-Key`.
 */
export function pass(pool: Dispatcher, request: IncomingMessage, response: ServerResponse, passage: Passage): void {
  let phase: 'asking' | 'answering' | 'over' = 'asking';
  let sending: Dispatcher.DispatchController | undefined;
  let failure: Error | undefined;
  const body = hasBody(request) ? counted(request, passage.largestBody) : null;

  const fail = (error: Error) => {
    if (phase === 'over') return;
    phase = 'over';
    failure = error;
    clearTimeout(timer);
    sending?.abort(error);
    request.unpipe(); // now, not when the stream has closed: that would stop the reading away of what is left
    body?.destroy();
    if (!(error instanceof CallerGone)) refuse(request, response, refusalFor(error));
  };
  const timer = setTimeout(() => fail(new TooLate()), passage.firstByteWithinMs);
  body?.on('error', fail);
  response.once('close', () => {
    if (!response.writableFinished) fail(new CallerGone());
  });

  pool.dispatch(
    {
      method: request.method as Dispatcher.HttpMethod,
      path: passage.path,
      headers: passage.headers,
      body,
      headersTimeout: 0, // ours is put off while the caller still sends, undici's is not
    },
    {
      onRequestStart(controller) {
        sending = controller;
        if (failure) controller.abort(failure); // it waited for a free connection until nobody wanted it any more
      },
      onBodySent() {
        if (phase === 'asking') timer.refresh();
      },
      onResponseStart(_controller, status, headers) {
        if (status < 200 || phase !== 'asking') return;
        phase = 'answering';
        clearTimeout(timer);
        response.writeHead(status, passedBack(headers));
        if (headers['content-length'] === undefined) response.flushHeaders(); // an event stream may have nothing to say yet
      },
      onResponseData(controller, chunk) {
        if (phase === 'over' || response.write(chunk)) return;
        controller.pause();
        response.once('drain', () => controller.resume());
      },
      onResponseEnd() {
        if (phase === 'over') return;
        phase = 'over';
        request.unpipe();
        request.resume(); // the service may have answered without reading all of the body
        response.end();
      },
      onResponseError(_controller, error) {
        fail(error);
      },
    },
  );
}
