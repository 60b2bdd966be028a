/**
 * A position in the feed: the microseconds since 1970 at which the event was taken in, or one more than the position before. So the order
 * of the events is also their order in time, and a database that was restored from a backup gives no position a second time.
 */
export type FeedPosition = number;

/** The position at which an event of this instant is taken in. */
export const positionAt = (at: Date): FeedPosition => at.getTime() * 1_000;

/** When an event of this position was taken in. */
export const instantOf = (position: FeedPosition): Date => new Date(Math.floor(position / 1_000));

const day = 86_400_000;

/** The first instant whose events are kept (docs/rules.md#event-feed). */
export const keptSince = (now: Date, days: number): Date => new Date(now.getTime() - days * day);
