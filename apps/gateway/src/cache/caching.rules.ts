import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import CachePolicy from 'http-cache-semantics';
import { isForged, passedBack } from '../routing/headers.rules.js';

/** Headers of a complete answer, in lower case. */
export type AnswerHeaders = Readonly<Record<string, string | string[]>>;

/** The parts of a request that select an answer. */
export interface Asked {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/** An answer as it was written, whole. */
export interface Whole {
  readonly status: number;
  readonly headers: AnswerHeaders;
  readonly body: Buffer;
}

/** A public answer that may be given again, for a time. */
export interface Kept extends Whole {
  readonly policy: CachePolicy;
  /** When it was asked for, as `performance.now()`: its age is counted from there. */
  readonly asked: number;
  /** How old it was then, in seconds, because another cache had it. */
  readonly agedBefore: number;
  /** When it may be given last, as `performance.now()`, which no change of the machine's time moves. */
  readonly until: number;
  /** Bytes it takes in memory, roughly. */
  readonly size: number;
}

/** Headers of requests that are personal, or do not ask for the whole answer. */
const personal = [
  'authorization',
  'cookie',
  'proxy-authorization',
  'range',
  'if-range',
  'if-match',
  'if-unmodified-since',
  'transfer-encoding',
];

const directive = (name: string): RegExp => new RegExp(`(?:^|[\\s,])${name}(?:$|[\\s,])`, 'i');
const [noStore, noCache, onlyIfCached] = [directive('no-store'), directive('no-cache'), directive('only-if-cached')];

/** Whether the answer to a request may be shared: it reads something public, and all of it. */
export function isShareable({ method, headers }: IncomingMessage): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  if (personal.some(name => headers[name] !== undefined) || (headers['content-length'] ?? '0') !== '0') return false;
  return !noStore.test(headers['cache-control'] ?? '');
}

/** The cache key. Query parameters in another order make another key, because services may tell them apart. */
export const keyOf = ({ url = '/', headers }: IncomingMessage): string => `${headers.host ?? ''} ${url}`;

/** Copies the request, because it changes on its way to the service. The policy expects directives in lower case. */
export function askedBy({ url = '/', headers }: IncomingMessage): Asked {
  const directives = headers['cache-control']?.toLowerCase();
  return { url, headers: { ...headers, ...(directives !== undefined && { 'cache-control': directives }) } };
}

/** Whether the caller accepts only a stored answer. */
export const wantsOnlyKept = ({ headers }: Asked): boolean => onlyIfCached.test(headers['cache-control'] ?? '');

/** Whether the caller wants a new answer from the service. */
export const wantsNew = ({ headers }: Asked): boolean => noCache.test(headers['cache-control'] ?? headers['pragma'] ?? '');

const text = (value: string | string[] | undefined): string => (Array.isArray(value) ? value.join(', ') : (value ?? ''));

/**
 * The directives of an answer in lower case, without those that forbid stale answers: we never give one, and the policy would refuse
 * even fresh ones.
 */
const directivesOf = (headers: AnswerHeaders): string =>
  text(headers['cache-control'])
    .toLowerCase()
    .split(',')
    .map(directive => directive.trim())
    .filter(directive => directive !== 'must-revalidate' && directive !== 'proxy-revalidate')
    .join(', ');

// These belong to the first request, or are set for each request.
const ofTheRequest = /^(?:x-request-id|traceparent|ratelimit(?:-policy)?|age|content-length)$/;

// Objects, a map entry and strings take about this much for each answer.
const overhead = 1_024;

/** Whether the answer varies by a header that the gateway sets for each request; then nobody else can use it. */
const variesByOurs = (headers: AnswerHeaders): boolean =>
  text(headers['vary'])
    .toLowerCase()
    .split(',')
    .map(name => name.trim())
    .some(name => name === '*' || name === 'traceparent' || isForged(name));

/** How long an answer is fresh, by its head; undefined if it must not be shared. */
export function freshness(
  asked: Asked,
  status: number,
  headers: AnswerHeaders,
): { readonly policy: CachePolicy; readonly seconds: number; readonly agedBefore: number } | undefined {
  const directives = directivesOf(headers);
  const isPublic = /(?:^|, )public(?:,|$)/.test(directives) && /(?:^|, )(?:max-age|s-maxage)=/.test(directives);
  if (!isPublic || headers['set-cookie'] !== undefined || variesByOurs(headers)) return undefined;
  const seen = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, text(value)]));
  const policy = new CachePolicy({ method: 'GET', ...asked }, { status, headers: { ...seen, 'cache-control': directives } });
  const agedBefore = Math.max(0, Number(seen['age'] ?? 0) || 0);
  const seconds = policy.storable() ? policy.maxAge() - agedBefore : 0;
  return seconds > 0 ? { policy, seconds, agedBefore } : undefined;
}

/** The answer to store; undefined if it expired before it was complete. */
export function keep(asked: Asked, at: number, { status, headers, body }: Whole): Kept | undefined {
  const fresh = freshness(asked, status, headers);
  if (!fresh) return undefined;
  const until = at + fresh.seconds * 1_000;
  if (until <= performance.now()) return undefined;
  const kept = Object.fromEntries(Object.entries(passedBack(headers)).filter(([name]) => !ofTheRequest.test(name)));
  const own = { date: new Date().toUTCString(), ...kept, 'content-length': String(body.length) };
  const size = overhead + body.length + 2 * (asked.url.length + JSON.stringify(own).length + JSON.stringify(asked.headers).length);
  return { status, headers: own, body, policy: fresh.policy, agedBefore: fresh.agedBefore, asked: at, until, size };
}

/** Whether a stored answer fits this request: still fresh, selected by the same headers, and as new as requested. */
export const fits = ({ policy, until }: Kept, asked: Asked): boolean =>
  performance.now() < until && policy.satisfiesWithoutRevalidation(asked);

/** Whether a new answer to this request replaces a stored one, because the same headers selected it. */
export const isReplaced = ({ policy }: Kept, { url, headers: { 'cache-control': _, pragma: __, ...headers } }: Asked): boolean =>
  policy.satisfiesWithoutRevalidation({ url, headers });

/** Age of an answer in whole seconds, for the header `Age`. */
export const ageOf = ({ asked, agedBefore }: Kept): number => Math.floor(agedBefore + (performance.now() - asked) / 1_000);

const withoutWeakness = (tag: string): string => tag.trim().replace(/^W\//, '');

/** Whether the caller already has this answer (RFC 9110 13.1). */
export function isKnown({ headers: given }: Asked, headers: AnswerHeaders): boolean {
  const tags = given['if-none-match'];
  if (typeof tags === 'string') {
    const tag = text(headers['etag']);
    return tag !== '' && (tags.trim() === '*' || tags.split(',').some(each => withoutWeakness(each) === withoutWeakness(tag)));
  }
  const since = Date.parse(text(given['if-modified-since']));
  const changed = Date.parse(text(headers['last-modified']));
  return changed <= since;
}

const ofTheContent = /^content-(?!location$)/;

/** The headers of a 304. */
export const withoutContent = (headers: AnswerHeaders): AnswerHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !ofTheContent.test(name)));
