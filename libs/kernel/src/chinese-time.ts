/** China has one time zone, +08:00, without daylight saving; the notices' dates are meant in it (docs/rules.md#time). */
const offset = 8 * 3_600_000;
const day = 24 * 3_600_000;

/** The calendar date (`2023-03-24`) in China at an instant. */
export const chineseDate = (at: Date): string => new Date(at.getTime() + offset).toISOString().slice(0, 10);

/** 00:00 +08:00 of a date. */
export const startOfChineseDay = (date: string): Date => new Date(`${date}T00:00:00+08:00`);

/** 00:00 +08:00 of the day after a date: the first instant at which "until that day" is over. */
export const endOfChineseDay = (date: string): Date => new Date(startOfChineseDay(date).getTime() + day);

/** A date some days later (or earlier). */
export const daysAfter = (date: string, days: number): string => chineseDate(new Date(startOfChineseDay(date).getTime() + days * day));
