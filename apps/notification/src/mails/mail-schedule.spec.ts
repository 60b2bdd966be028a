import { describe, expect, it } from '@jest/globals';
import { nextAttempt } from './mail-schedule.rules.js';

describe(nextAttempt.name, () => {
  const now = new Date('2026-03-01T00:00:00Z');

  it('waits longer every time and ends after eight attempts', () => {
    const minutes = [1, 2, 3, 4, 5, 6, 7].map(attempts => ((nextAttempt(attempts, now)?.getTime() ?? 0) - now.getTime()) / 60_000);
    expect(minutes).toEqual([1, 5, 15, 60, 240, 480, 1_440]);
    expect(nextAttempt(8, now)).toBeUndefined();
  });
});
