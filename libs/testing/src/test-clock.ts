import { Clock } from '@ciep/kernel';

/** A clock that only moves when a test moves it. */
export class TestClock extends Clock {
  constructor(private instant: Date) {
    super();
  }

  now(): Date {
    return new Date(this.instant);
  }

  /** Sets the time: `2023-03-24T23:59:59+08:00`. */
  set(instant: string | Date): void {
    this.instant = new Date(instant);
  }

  /** Advances the time by seconds. */
  advance(seconds: number): void {
    this.instant = new Date(this.instant.getTime() + seconds * 1_000);
  }
}
