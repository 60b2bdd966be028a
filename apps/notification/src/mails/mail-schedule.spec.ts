import { verdictOf } from '@ciep/platform';
import { describe, expect, it } from '@jest/globals';
import { mailTable } from './mail-queue.service.js';

describe('the schedule of mails', () => {
  const now = new Date('2026-03-01T00:00:00Z');
  const verdict = (attempt: number) => verdictOf(mailTable, attempt - 1, { succeeded: false }, now);

  it('waits longer each time and ends after eight attempts', () => {
    const minutes = [1, 2, 3, 4, 5, 6, 7].map(attempt => ((verdict(attempt).dueAt?.getTime() ?? 0) - now.getTime()) / 60_000);
    expect(minutes).toEqual([1, 5, 15, 60, 240, 480, 1_440]);
    expect(verdict(8)).toEqual({ status: 'failed', outcome: 'exhausted', attempts: 8 });
  });
});
