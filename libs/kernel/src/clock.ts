/**
 * The business clock. Code compares deadlines, due dates and expiry only with `clock.now()` and passes it to SQL as a parameter, so
 * that a test, or a journey over several processes, can move time.
 */
export abstract class Clock {
  /** The current time. */
  abstract now(): Date;
}

/** The machine's time. */
export class SystemClock extends Clock {
  now(): Date {
    return new Date();
  }
}
