import type { IncomingMessage } from 'node:http';
import { whenOver, type Refusal } from '@ciep/platform';
import { type Dispatcher, errors } from 'undici';
import { BodyTooLarge, bodyOf, type Body } from './body.service.js';
import { answerBroken, answerTooLate, bodyTooLarge, serviceUnavailable } from './gateway.errors.js';
import { passedBack } from './headers.rules.js';
import type { Origin, Origins } from './origins.service.js';
import { refuse } from './refusals.service.js';
import type { Visit } from './visit.rules.js';

/** The request of {@link pass} and its limits. */
export interface Passage {
  readonly path: string;
  /** Alternating names and values, ready to send. */
  readonly headers: string[];
  /** Largest body, in bytes; a longer one is cut off with 413, whatever length was announced. */
  readonly largestBody: number;
  /** Longest time from the last byte of the request to the first byte of the service's answer, in milliseconds. */
  readonly firstByteWithinMs: number;
}

class TooLate extends Error {}
class CallerGone extends Error {}

/** Instances are replaced one at a time, so after two that are just stopping, the third attempt succeeds. */
const mostTries = 3;
const pauseMs = 100;

const neverConnected = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);
const codeOf = (error: Error): string => ('code' in error ? String(error.code) : '');
const neverSent = (error: Error): boolean =>
  neverConnected.has(codeOf(error)) || error instanceof errors.ClientClosedError || error instanceof errors.ClientDestroyedError;
const brokeOff = (error: Error): boolean => ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'].includes(codeOf(error));

/** Whether a repeated request has the effect of one: it reads, or it has an idempotency key. */
const isRepeatable = ({ method, headers }: IncomingMessage): boolean =>
  method === 'GET' || method === 'HEAD' || method === 'OPTIONS' || headers['idempotency-key'] !== undefined;

function refusalFor(error: Error): Refusal {
  if (error instanceof BodyTooLarge) return bodyTooLarge;
  if (error instanceof TooLate) return answerTooLate;
  return neverSent(error) ? serviceUnavailable : answerBroken;
}

/**
 * Forwards a request to an instance of a service and its answer back, both as streams with back-pressure. The service sees when the caller
 * disconnects. An unreachable service gives 503, one that breaks off before its answer 502, one that does not answer in time 504.
 *
 * A request is retried, with another instance if there is one, while no part of an answer has arrived and the retry is safe: the request
 * was never sent, or it may be repeated ({@link isRepeatable}), and its body is still buffered.
 */
export function pass(origins: Origins, visit: Visit, passage: Passage): void {
  const { request, response } = visit;
  let phase: 'asking' | 'answering' | 'over' = 'asking';
  let sending: Dispatcher.DispatchController | undefined;
  let failure: Error | undefined;
  const tried = new Set<Origin>();
  let tries = 0;

  const fail = (error: Error) => {
    if (phase === 'over') return;
    phase = 'over';
    failure = error;
    clearTimeout(timer);
    sending?.abort(error);
    body.giveUp();
    if (!(error instanceof CallerGone)) refuse(visit, refusalFor(error));
  };
  let timer: NodeJS.Timeout | undefined;
  const body: Body = bodyOf(request, passage.largestBody, fail);
  whenOver(response, () => {
    if (!response.writableFinished) fail(new CallerGone());
  });

  const failed = (origin: Origin, error: Error) => {
    if (neverSent(error)) origin.isReady = false;
    const mayRepeat = neverSent(error) ? tries < mostTries : brokeOff(error) && isRepeatable(request) && tries < 2;
    if (phase !== 'asking' || !mayRepeat || !body.isWhole) return fail(error);
    if (tried.size < origins.count || !neverSent(error)) ask();
    else setTimeout(ask, pauseMs);
  };

  const ask = () => {
    if (phase !== 'asking') return;
    const origin = origins.next(tried);
    tried.add(origin);
    tries += 1;
    timer ??= setTimeout(() => fail(new TooLate()), passage.firstByteWithinMs);
    origin.pool.dispatch(
      {
        method: request.method as Dispatcher.HttpMethod,
        path: passage.path,
        headers: passage.headers,
        body: body.content,
        headersTimeout: 0, // our timeout restarts while the caller is sending, undici's does not
      },
      {
        onRequestStart(controller) {
          sending = controller;
          if (failure) controller.abort(failure); // the caller gave up while it waited for a free connection
        },
        onBodySent() {
          if (phase === 'asking') timer?.refresh();
        },
        onResponseStart(_controller, status, headers) {
          if (status < 200 || phase !== 'asking') return;
          phase = 'answering';
          clearTimeout(timer);
          response.writeHead(status, passedBack(headers));
          if (headers['content-length'] === undefined) response.flushHeaders(); // an event stream may send nothing for a while
        },
        onResponseData(controller, chunk) {
          if (phase === 'over' || response.write(chunk)) return;
          controller.pause();
          response.once('drain', () => controller.resume());
        },
        onResponseEnd() {
          if (phase === 'over') return;
          phase = 'over';
          body.finish(); // the service may have answered without reading all of it
          response.end();
        },
        onResponseError(_controller, error) {
          failed(origin, error);
        },
      },
    );
  };
  body.whenReady(ask);
}
