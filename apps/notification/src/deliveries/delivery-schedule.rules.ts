import type { Attempt } from '@ciep/platform';

const second = 1_000;
const minute = 60 * second;
export const hour = 60 * minute;

/** Pauses before the 2nd, 3rd … 10th attempt, 75 hours and a half in all (docs/rules.md#webhook-retries). */
export const pauses = [5 * second, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour] as const;

/** Statuses for which `Retry-After` counts. */
const slowDown = new Set([429, 502, 503, 504]);
const longestWish = 24 * hour;

/** The outcome of one attempt. */
export interface Outcome {
  /** HTTP status of the answer; undefined if there was none. */
  readonly status?: number | undefined;
  readonly latencyMs: number;
  /** Why there was no answer, as a stable code. */
  readonly failure?: string | undefined;
  /** The answer's `Retry-After`. */
  readonly retryAfter?: string | undefined;
}

/** `Retry-After` in milliseconds (seconds or an HTTP date), at most a day; 0 if missing or invalid. */
export function retryAfterMs(header: string | undefined, machineNow: Date): number {
  if (header === undefined) return 0;
  const wish = /^\d{1,9}$/.test(header.trim()) ? Number(header) * second : Date.parse(header) - machineNow.getTime();
  return Number.isFinite(wish) ? Math.min(Math.max(wish, 0), longestWish) : 0;
}

/**
 * Only 2xx is success, a redirect is a failure, and 410 disables the endpoint. A ping is tried once, and its failure does not affect
 * events.
 */
export function attemptOf(kind: 'event' | 'ping', { status, retryAfter }: Outcome, machineNow = new Date()): Attempt {
  if (status !== undefined && status >= 200 && status < 300) return { succeeded: true };
  if (status === 410) return { succeeded: false, isFinal: true, outcome: 'gone' };
  const wish = status !== undefined && slowDown.has(status) ? retryAfterMs(retryAfter, machineNow) : 0;
  return { succeeded: false, isFinal: kind === 'ping', retryAfterMs: wish };
}
