import { describe, expect, it } from '@jest/globals';
import { chineseDate, daysAfter, endOfChineseDay, startOfChineseDay } from './chinese-time.js';

describe('Chinese time', () => {
  it('is eight hours ahead', () => {
    expect(chineseDate(new Date('2023-03-24T15:59:59Z'))).toBe('2023-03-24');
    expect(chineseDate(new Date('2023-03-24T16:00:00Z'))).toBe('2023-03-25');
  });

  it('starts and ends days at midnight there', () => {
    expect(startOfChineseDay('2023-03-24').toISOString()).toBe('2023-03-23T16:00:00.000Z');
    expect(endOfChineseDay('2023-03-24').toISOString()).toBe('2023-03-24T16:00:00.000Z');
  });

  it('counts days over months and leap days', () => {
    expect([daysAfter('2024-02-28', 1), daysAfter('2023-02-28', 1), daysAfter('2023-03-01', -1)]).toEqual([
      '2024-02-29',
      '2023-03-01',
      '2023-02-28',
    ]);
  });
});
