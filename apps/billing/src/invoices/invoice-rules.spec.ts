import { describe, expect, it } from '@jest/globals';
import { priced, reminderDay, totals, type Booth } from './invoice.rules.js';

const booth = (given: Partial<Booth> = {}): Booth => ({
  boothId: '01890a5d-b1a0-7c11-9e51-2f6b7a8c9d01',
  boothNumber: '1A01',
  boothType: 'standard',
  areaDm2: 900,
  ...given,
});

describe(priced.name, () => {
  it.each([
    [333, 20, 353],
    [25, 2, 27], // 1.5 fen of tax: half up
    [24, 1, 25],
    [8, 0, 8],
    [9, 1, 10],
    [1_200_000, 72_000, 1_272_000],
    [900_000_000_000_001, 54_000_000_000_000, 954_000_000_000_001],
  ])('adds 6 %% to %d fen', (amount, tax, gross) => {
    expect(priced(booth(), { unit: 'booth', amount }, 600)).toMatchObject({ net: amount, tax, gross });
  });

  it('prices raw space by the square metre, half up to a fen', () => {
    const raw = booth({ boothType: 'raw_space', areaDm2: 3_650 });
    expect(priced(raw, { unit: 'square_metre', amount: 10_001 }, 600)).toMatchObject({ net: 365_037, tax: 21_902, gross: 386_939 });
    expect(priced(booth({ areaDm2: 50 }), { unit: 'square_metre', amount: 1 }, 0).net).toBe(1);
    expect(priced(booth({ areaDm2: 49 }), { unit: 'square_metre', amount: 1 }, 0).net).toBe(0);
  });

  it('names booth, type and size in both languages', () => {
    expect(priced(booth({ boothType: 'corner', areaDm2: 1_250 }), { unit: 'booth', amount: 1 }, 600).text).toEqual({
      zh: '转角展位 1A01（12.5 平方米）',
      en: 'Corner booth 1A01 (12.5 m²)',
    });
  });
});

describe(totals.name, () => {
  it('sums the rounded lines, even where tax on the sum would differ', () => {
    const lines = [1, 2, 3].map(() => priced(booth(), { unit: 'booth', amount: 333 }, 600));
    expect(totals(lines)).toEqual({ net: 999, tax: 60, gross: 1_059 });
    const small = [1, 2, 3].map(() => priced(booth(), { unit: 'booth', amount: 9 }, 600));
    expect(totals(small)).toEqual({ net: 27, tax: 3, gross: 30 });
  });
});

describe(reminderDay.name, () => {
  it.each([
    ['2023-03-20', '2023-03-01', '2023-03-17'],
    ['2023-03-02', '2023-02-01', '2023-02-27'],
    ['2023-03-20', '2023-03-16', '2023-03-17'],
    ['2023-03-20', '2023-03-17', null],
    ['2023-03-20', '2023-03-25', null],
  ])('of %s, seen from %s, is %s', (dueOn, today, day) => {
    expect(reminderDay(dueOn, today)).toBe(day);
  });
});
