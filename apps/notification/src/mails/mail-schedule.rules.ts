const minute = 60_000;
const hour = 60 * minute;

/** Pauses before the second attempt, the third and so on: eight attempts in a day and a half, then the mail is parked as failed (docs/rules.md#mail-retries). */
const pauses = [minute, 5 * minute, 15 * minute, hour, 4 * hour, 8 * hour, 24 * hour];

/** When the attempt after this many is due; undefined when there is none. */
export function nextAttempt(attempts: number, now: Date): Date | undefined {
  const pause = pauses[attempts - 1];
  return pause === undefined ? undefined : new Date(now.getTime() + pause);
}
