/** China has one time zone, +08:00, without daylight saving; the dates of the notices are in it (docs/rules.md#time). */
const offset = 8 * 3_600_000;
const day = 24 * 3_600_000;

/** The calendar date (`2023-03-24`) in China at an instant. */
export const chineseDate = (at: Date): string => new Date(at.getTime() + offset).toISOString().slice(0, 10);

/** 00:00 +08:00 of a date. */
export const startOfChineseDay = (date: string): Date => new Date(`${date}T00:00:00+08:00`);

/** 00:00 +08:00 of the day after a date: the first instant after a period "until that day". */
export const endOfChineseDay = (date: string): Date => new Date(startOfChineseDay(date).getTime() + day);

/** A date some days later (or earlier). */
export const daysAfter = (date: string, days: number): string => chineseDate(new Date(startOfChineseDay(date).getTime() + days * day));

/** An instant as it is in China, to the second: `2023-03-24T09:00:00+08:00`. */
export const chineseTime = (at: Date): string => `${new Date(at.getTime() + offset).toISOString().slice(0, 19)}+08:00`;
