import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { History, Operation } from './history.js';

/** A request of a client. */
export interface Sent {
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: object;
  readonly file?: { readonly content: Buffer; readonly mediaType: string };
  /** The version that the client has read, for `If-Match`. */
  readonly ifMatch?: number;
  readonly mark?: string;
  /** The route stores no Idempotency-Key (uploads), so the outcome cannot be found out afterwards. */
  readonly keyless?: boolean;
}

/** A finished operation with the body of its last answer, if any. */
export interface Done<Body> {
  readonly operation: Operation;
  readonly ok: boolean;
  readonly body: Body;
}

export interface ClientOptions {
  readonly url: string;
  readonly name: string;
  readonly history: History;
  /** Whether it repeats an unknown operation with the same key until it knows. */
  readonly persistent: boolean;
  /** The access token; anonymous by default. */
  readonly token?: () => Promise<string>;
  /** Aborts everything that the client does. */
  readonly signal: AbortSignal;
}

const attemptTimeout = 12_000;
/** How long a persistent client keeps retrying. */
const longestRetryMs = 120_000;
/** A client that gives up pauses before it tries something else. */
const pauseAfterUnknown = 200;
const busy = new Set(['idempotency.in_progress']);

interface Attempt {
  readonly status?: number;
  readonly body?: unknown;
}

/**
 * Calls the public API while faults are injected, and records what it sent and what it knows: `ok` is a 2xx, `fail` is a final
 * refusal, everything else (no answer, 5xx, still running) is unknown.
 */
export class Client {
  constructor(private readonly options: ClientOptions) {}

  get name(): string {
    return this.options.name;
  }

  get<Body = Record<string, unknown>>(name: string, path: string): Promise<Done<Body>> {
    return this.send({ name, method: 'GET', path });
  }

  /** Sends a request and resolves when the outcome is known, or will never be; never rejects. */
  async send<Body = Record<string, unknown>>(sent: Sent): Promise<Done<Body>> {
    const { history, persistent, name: client } = this.options;
    const reads = sent.method === 'GET' || sent.keyless === true;
    const service = sent.path.split('/')[2] ?? '';
    const operation = history.invoke({
      client,
      name: sent.name,
      service,
      ...(!reads && { key: randomUUID() }),
      ...(sent.mark !== undefined && { mark: sent.mark }),
    });
    let last: Attempt = {};
    for (const end = Date.now() + longestRetryMs; ;) {
      last = await this.attempt(sent, operation);
      const known = judged(last);
      if (isFinal(known, last, operation) || !persistent || reads || Date.now() > end || this.options.signal.aborted) {
        const outcome = isFinal(known, last, operation) ? known : 'unknown';
        history.end(operation, outcome);
        if (outcome === 'unknown') await sleep(pauseAfterUnknown);
        return { operation, ok: outcome === 'ok', body: last.body as Body };
      }
      await sleep(200 + Math.random() * 600);
    }
  }

  private async attempt(sent: Sent, operation: Operation): Promise<Attempt> {
    operation.attempts += 1;
    const { method, path, body, file, ifMatch } = sent;
    try {
      const response = await fetch(this.options.url + path, {
        method,
        headers: {
          'cache-control': 'no-cache',
          ...(this.options.token && { authorization: `Bearer ${await this.options.token()}` }),
          ...(body && { 'content-type': 'application/json' }),
          ...(file && { 'content-type': file.mediaType }),
          ...(ifMatch !== undefined && { 'if-match': `"${ifMatch}"` }),
          ...(operation.key !== undefined && { 'idempotency-key': operation.key }),
        },
        signal: AbortSignal.timeout(attemptTimeout),
        ...(body && { body: JSON.stringify(body) }),
        ...(file && { body: new Uint8Array(file.content) }),
      });
      const text = await response.text();
      const answer = (text === '' ? {} : JSON.parse(text)) as { id?: string; version?: number; code?: string };
      operation.status = response.status;
      if (response.ok) delete operation.code;
      else operation.code = answer.code ?? '';
      if (response.ok && typeof answer.id === 'string')
        operation.subject = { id: answer.id, ...(answer.version !== undefined && { version: answer.version }) };
      return { status: response.status, body: answer };
    } catch {
      delete operation.status;
      return {};
    }
  }
}

/** A refusal that is not stored with the key says nothing about an earlier attempt, which may still be running. */
const isFinal = (known: Operation['outcome'], { status }: Attempt, { attempts }: Operation): boolean =>
  known === 'ok' || (known === 'fail' && (attempts === 1 || status === 409 || status === 422));

function judged({ status, body }: Attempt): Operation['outcome'] {
  if (status === undefined || status >= 500 || status === 401 || status === 429) return 'unknown';
  if (status < 300) return 'ok';
  return busy.has((body as { code?: string }).code ?? '') ? 'unknown' : 'fail';
}
