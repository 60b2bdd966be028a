/**
 * The time of the business world. Deadlines, due dates and expiry are compared with `clock.now()` only, handed to SQL as a
 * parameter; so a test, or a journey over several processes, can move time.
 */
export abstract class Clock {
  /** The present instant. */
  abstract now(): Date;
}

/** The machine's own time. */
export class SystemClock extends Clock {
  now(): Date {
    return new Date();
  }
}
