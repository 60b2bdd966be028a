import { describe, expect, it } from '@jest/globals';
import { judge, pauses, retryAfterMs } from './delivery-schedule.rules.js';

const now = new Date('2026-03-01T00:00:00Z');
const answered = (status: number, retryAfter?: string) => ({ status, latencyMs: 5, retryAfter });

describe(judge.name, () => {
  it.each([200, 201, 202, 204, 299])('takes %s as delivered', status => {
    expect(judge(1, answered(status), now, 0)).toEqual({ is: 'delivered' });
  });

  it.each([301, 302, 307, 308, 400, 401, 404, 500, 503])('tries again after %s', status => {
    expect(judge(1, answered(status), now, 0)).toEqual({ is: 'retry', at: new Date(now.getTime() + 5_000) });
  });

  it('tries again when there was no answer', () => {
    expect(judge(2, { latencyMs: 15_000, failure: 'timeout' }, now, 0)).toEqual({ is: 'retry', at: new Date(now.getTime() + 300_000) });
  });

  it('gives the endpoint up on 410', () => {
    expect(judge(1, answered(410), now, 0)).toEqual({ is: 'gone' });
  });

  it('makes ten attempts over 75 hours and a half', () => {
    expect(pauses).toHaveLength(10);
    expect(pauses.reduce<number>((sum, pause) => sum + pause, 0) / 3_600_000).toBeCloseTo(75.58, 1);
    expect(judge(9, answered(500), now, 0)).toMatchObject({ is: 'retry' });
    expect(judge(10, answered(500), now, 0)).toEqual({ is: 'exhausted' });
  });

  it('spreads retries by up to a tenth', () => {
    expect(judge(3, answered(500), now, 1)).toEqual({ is: 'retry', at: new Date(now.getTime() + 33 * 60_000) });
  });

  it.each([429, 502, 503, 504])('honours Retry-After of %s', status => {
    expect(judge(1, answered(status, '120'), now, 0)).toEqual({ is: 'retry', at: new Date(now.getTime() + 120_000) });
  });

  it('does not come earlier than the schedule, nor later than a day, for Retry-After', () => {
    expect(judge(3, answered(429, '1'), now, 0)).toEqual({ is: 'retry', at: new Date(now.getTime() + 30 * 60_000) });
    expect(judge(1, answered(429, '99999999'), now, 0)).toEqual({ is: 'retry', at: new Date(now.getTime() + 86_400_000) });
  });

  it('ignores Retry-After of other answers', () => {
    expect(judge(1, answered(500, '120'), now, 0)).toEqual({ is: 'retry', at: new Date(now.getTime() + 5_000) });
  });
});

describe(retryAfterMs.name, () => {
  it('reads seconds and dates, and nothing else', () => {
    expect(retryAfterMs('30', now)).toBe(30_000);
    expect(retryAfterMs('Sun, 01 Mar 2026 00:01:00 GMT', now)).toBe(60_000);
    expect(retryAfterMs('Sat, 28 Feb 2026 00:00:00 GMT', now)).toBe(0);
    expect(retryAfterMs('soon', now)).toBe(0);
    expect(retryAfterMs('-5', now)).toBe(0);
    expect(retryAfterMs(undefined, now)).toBe(0);
  });
});
