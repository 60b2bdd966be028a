const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** Pauses before the 1st, 2nd … 10th attempt, 75 hours and a half in all (docs/rules.md#webhook-retries). */
export const pauses = [0, 5 * second, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour] as const;

/** Answers that say "not now" and whose `Retry-After` counts. */
const slowDown = new Set([429, 502, 503, 504]);
const longestWish = 24 * hour;

/** What came of one attempt. */
export interface Outcome {
  /** HTTP status of the answer; undefined when there was none. */
  readonly status?: number | undefined;
  readonly latencyMs: number;
  /** Why there was no answer, as a stable code. */
  readonly failure?: string | undefined;
  /** The answer's `Retry-After`. */
  readonly retryAfter?: string | undefined;
}

/** What to do after an attempt. */
export type Verdict =
  { readonly is: 'delivered' } | { readonly is: 'gone' } | { readonly is: 'exhausted' } | { readonly is: 'retry'; readonly at: Date };

/** `Retry-After` in milliseconds (seconds or an HTTP date), a day at most; 0 when it says nothing. */
export function retryAfterMs(header: string | undefined, machineNow: Date): number {
  if (header === undefined) return 0;
  const wish = /^\d{1,9}$/.test(header.trim()) ? Number(header) * second : Date.parse(header) - machineNow.getTime();
  return Number.isFinite(wish) ? Math.min(Math.max(wish, 0), longestWish) : 0;
}

/**
 * Judges the attempt with this number (1 is the first). Only 2xx is success, a redirect is a failure, 410 ends the endpoint.
 * `chance` (0 to 1) spreads the retries of many deliveries by up to a tenth of the pause.
 */
export function judge(attempt: number, outcome: Outcome, now: Date, chance: number, machineNow = new Date()): Verdict {
  const { status } = outcome;
  if (status !== undefined && status >= 200 && status < 300) return { is: 'delivered' };
  if (status === 410) return { is: 'gone' };
  const pause = pauses[attempt];
  if (pause === undefined) return { is: 'exhausted' };
  const wish = status !== undefined && slowDown.has(status) ? retryAfterMs(outcome.retryAfter, machineNow) : 0;
  return { is: 'retry', at: new Date(now.getTime() + Math.max(Math.round(pause * (1 + chance / 10)), wish)) };
}
