import type { IncomingMessage } from 'node:http';
import { counter, gauge, whenOver } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { isWrite } from '../door/policies.rules.js';
import { GatewayConfig } from '../gateway.config.js';
import { nothingKept } from '../routing/gateway.errors.js';
import { refuse } from '../routing/refusals.service.js';
import { Routing } from '../routing/routing.service.js';
import type { Visit } from '../routing/visit.rules.js';
import {
  ageOf,
  type AnswerHeaders,
  type Asked,
  askedBy,
  fits,
  freshness,
  isKnown,
  isReplaced,
  isShareable,
  keep,
  type Kept,
  keyOf,
  wantsNew,
  wantsOnlyKept,
  type Whole,
  withoutContent,
} from './caching.rules.js';
import { hold } from './held-response.rules.js';

/** Answers of one address that differ by language, origin and the like. */
const mostVariants = 16;

const lookUps = counter(
  'ciep_cache_requests_total',
  'Public reads: hit (from memory), shared (waited for the answer to another request), miss (asked a service), bypass (not for a cache)',
  ['service', 'outcome'],
);
const bytes = gauge('ciep_cache_bytes', 'Memory that the kept public answers take', ['service']);
const entries = gauge('ciep_cache_entries', 'Addresses of which public answers are kept', ['service']);

const count = (outcome: 'hit' | 'shared' | 'miss' | 'bypass') => lookUps.inc({ service: 'gateway', outcome });

/** How a request to a service ended for the requests that wait for its answer. */
type End = 'kept' | 'not kept' | 'broken off' | 'late';

/** A request to a service whose answer others wait for. */
interface Fetch {
  readonly end: Promise<End>;
  /** A write to this address came meanwhile, so the answer may be older than it. */
  isOutdated: boolean;
}

/** Answers a request; 304 if the caller has the answer already. */
function give({ response }: Visit, asked: Asked, { status, headers, body }: Whole, more: AnswerHeaders = {}): void {
  if (response.destroyed) return;
  const isOld = status === 200 && isKnown(asked, headers);
  response.writeHead(isOld ? 304 : status, { ...(isOld ? withoutContent(headers) : headers), ...more });
  response.end(isOld ? undefined : body);
}

/** Removes the conditions, so that the service answers in full; the cache answers 304 itself. */
function withoutConditions(request: IncomingMessage): void {
  const isCondition = (name: string | undefined) => name === 'if-none-match' || name === 'if-modified-since';
  for (const name of Object.keys(request.headers)) if (isCondition(name)) delete request.headers[name];
  const { rawHeaders } = request;
  request.rawHeaders = rawHeaders.filter((_, at) => !isCondition(rawHeaders[at - (at % 2)]?.toLowerCase()));
}

/**
 * A shared cache of public answers (RFC 9111, docs/adr/0015-public-reads-from-memory.md). It gives no stale answer and stores nothing of
 * requests with credentials. The gateway's own headers are set for each request.
 */
@Injectable()
export class PublicAnswers {
  private readonly kept: LRUCache<string, readonly Kept[]> | undefined;
  private readonly fetches = new Map<string, Fetch>();
  private readonly largest: number;
  private readonly longestWaitMs: number;

  constructor(
    config: GatewayConfig,
    private readonly routing: Routing,
  ) {
    const { cacheBytes, cacheEntries, firstByteMs } = config;
    this.largest = Math.floor(cacheBytes / mostVariants);
    this.longestWaitMs = firstByteMs / 2;
    if (cacheBytes > 0)
      this.kept = new LRUCache({
        max: cacheEntries,
        maxSize: cacheBytes,
        sizeCalculation: variants => variants.reduce((sum, { size }) => sum + size, 0),
      });
  }

  /** Answers from memory, or sends the request on its way. */
  answer(visit: Visit): void {
    const { request, response } = visit;
    if (!this.kept) return this.routing.forward(visit);
    if (isWrite(request.method ?? '')) {
      const key = keyOf(request);
      whenOver(response, () => response.statusCode < 400 && this.forget(key));
      return this.routing.forward(visit);
    }
    if (!isShareable(request)) {
      count('bypass');
      return this.routing.forward(visit);
    }
    this.look(visit, keyOf(request), askedBy(request), performance.now() + this.longestWaitMs);
  }

  private look(visit: Visit, key: string, asked: Asked, waitUntil: number, outcome: 'hit' | 'shared' = 'hit'): void {
    const found = this.kept?.get(key)?.find(each => fits(each, asked));
    if (found) {
      count(outcome);
      return give(visit, asked, found, { age: String(ageOf(found)) });
    }
    if (wantsOnlyKept(asked)) return refuse(visit, nothingKept);
    const fetch = this.fetches.get(key);
    if (visit.request.method === 'HEAD' || (fetch && waitUntil <= performance.now())) {
      count('miss');
      return this.routing.forward(visit);
    }
    if (!fetch || wantsNew(asked)) return this.fetch(visit, key, asked);
    void fetch.end.then(end => {
      if (visit.response.destroyed) return;
      // After one wait in vain, a request asks the service itself instead of waiting again.
      this.look(visit, key, asked, end === 'broken off' ? waitUntil : 0, 'shared');
    });
  }

  /** Asks the service; requests for the same key wait for the answer. */
  private fetch(visit: Visit, key: string, asked: Asked): void {
    count('miss');
    const at = performance.now();
    const { promise, resolve } = Promise.withResolvers<End>();
    const fetch: Fetch = { end: promise, isOutdated: false };
    if (!this.fetches.has(key)) this.fetches.set(key, fetch);
    const over = (end: End) => {
      clearTimeout(timer);
      if (this.fetches.get(key) === fetch) this.fetches.delete(key);
      resolve(end);
    };
    const timer = setTimeout(over, this.longestWaitMs, 'late');
    whenOver(visit.response, () => over('broken off'));
    hold(visit.response, {
      most: this.largest,
      // An answer that the caller has already is held, too, to turn it into a 304.
      isWanted: (status, headers) => freshness(asked, status, headers) !== undefined || (status === 200 && isKnown(asked, headers)),
      complete: whole => {
        const kept = fetch.isOutdated ? undefined : keep(asked, at, whole);
        over(kept && this.remember(key, asked, kept) ? 'kept' : 'not kept');
        give(visit, asked, whole);
      },
      release: () => over('not kept'),
    });
    withoutConditions(visit.request);
    this.routing.forward(visit);
  }

  /** Stores an answer, unless it is too large. */
  private remember(key: string, asked: Asked, kept: Kept): boolean {
    if (kept.size > this.largest) return false;
    const others = (this.kept?.get(key) ?? []).filter(each => performance.now() < each.until && !isReplaced(each, asked));
    this.kept?.set(key, [...others.slice(1 - mostVariants), kept]);
    this.showSize();
    return true;
  }

  /** A write invalidates older answers of its address (RFC 9111 4.4). */
  private forget(key: string): void {
    const fetch = this.fetches.get(key);
    if (fetch) fetch.isOutdated = true;
    this.fetches.delete(key);
    if (this.kept?.delete(key)) this.showSize();
  }

  private showSize(): void {
    bytes.set({ service: 'gateway' }, this.kept?.calculatedSize ?? 0);
    entries.set({ service: 'gateway' }, this.kept?.size ?? 0);
  }
}
