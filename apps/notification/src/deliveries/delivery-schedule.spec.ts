import { verdictOf, type Verdict } from '@ciep/platform';
import { describe, expect, it } from '@jest/globals';
import { deliveryTable } from './delivery-queue.service.js';
import { attemptOf, pauses, retryAfterMs, type Outcome } from './delivery-schedule.rules.js';

const now = new Date('2026-03-01T00:00:00Z');
const answered = (status: number, retryAfter?: string) => ({ status, latencyMs: 5, retryAfter });
/** The outcome of the attempt with this number. */
const verdict = (attempt: number, outcome: Outcome, chance = 0): Verdict =>
  verdictOf(deliveryTable, attempt - 1, attemptOf('event', outcome, now), now, chance);
const retryIn = (milliseconds: number) => ({ status: 'waiting', outcome: 'retry', dueAt: new Date(now.getTime() + milliseconds) });

describe('the schedule of deliveries', () => {
  it.each([200, 201, 202, 204, 299])('treats %s as delivered', status => {
    expect(verdict(1, answered(status))).toEqual({ status: 'delivered', outcome: 'delivered', attempts: 1 });
  });

  it.each([301, 302, 307, 308, 400, 401, 404, 500, 503])('retries after %s', status => {
    expect(verdict(1, answered(status))).toEqual({ ...retryIn(5_000), attempts: 1 });
  });

  it('retries if there was no answer', () => {
    expect(verdict(2, { latencyMs: 15_000, failure: 'timeout' })).toMatchObject(retryIn(300_000));
  });

  it('disables the endpoint on 410', () => {
    expect(verdict(1, answered(410))).toEqual({ status: 'failed', outcome: 'gone', attempts: 1 });
  });

  it('makes ten attempts over 75 hours and a half', () => {
    expect(pauses).toHaveLength(9);
    expect(pauses.reduce<number>((sum, pause) => sum + pause, 0) / 3_600_000).toBeCloseTo(75.58, 1);
    expect(verdict(9, answered(500))).toMatchObject({ outcome: 'retry' });
    expect(verdict(10, answered(500))).toEqual({ status: 'failed', outcome: 'exhausted', attempts: 10 });
  });

  it('tries a ping once', () => {
    expect(verdictOf(deliveryTable, 0, attemptOf('ping', answered(500), now), now)).toEqual({
      status: 'failed',
      outcome: 'failed',
      attempts: 1,
    });
    expect(verdictOf(deliveryTable, 0, attemptOf('ping', answered(204), now), now)).toMatchObject({ status: 'delivered' });
    expect(verdictOf(deliveryTable, 0, attemptOf('ping', answered(410), now), now)).toMatchObject({ outcome: 'gone' });
  });

  it('adds up to a tenth of random delay', () => {
    expect(verdict(3, answered(500), 1)).toMatchObject(retryIn(33 * 60_000));
  });

  it.each([429, 502, 503, 504])('honours Retry-After of %s', status => {
    expect(verdict(1, answered(status, '120'))).toMatchObject(retryIn(120_000));
  });

  it('limits Retry-After to the range from the schedule to a day', () => {
    expect(verdict(3, answered(429, '1'))).toMatchObject(retryIn(30 * 60_000));
    expect(verdict(1, answered(429, '99999999'))).toMatchObject(retryIn(86_400_000));
  });

  it('ignores Retry-After of other answers', () => {
    expect(verdict(1, answered(500, '120'))).toMatchObject(retryIn(5_000));
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
