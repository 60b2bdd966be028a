/** What RFC 3339, JavaScript and PostgreSQL can all say: the years 1 to 9999 of UTC, and offsets below 16 hours. */
const [first, last] = [Date.parse('0001-01-01T00:00:00Z'), Date.parse('9999-12-31T23:59:59.999Z')];
const calendarDate = /^\d{4}-\d{2}-\d{2}$/;
const instant = /^(\d{4}-\d{2}-\d{2})T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-](?:0\d|1[0-5]):[0-5]\d)$/i;

const isWithin = (at: Date): boolean => at.getTime() >= first && at.getTime() <= last;

/** Whether this is a date that exists, `2023-03-24`, and that every part of the platform can keep. */
export const isCalendarDate = (value: unknown): boolean => {
  if (typeof value !== 'string' || !calendarDate.test(value)) return false;
  const midnight = new Date(value);
  return isWithin(midnight) && midnight.toISOString().startsWith(value);
};

/** Whether this is an instant, as text with a time zone (RFC 3339) or as Date, that every part of the platform can keep. */
export const isInstant = (value: unknown): boolean => {
  if (value instanceof Date) return isWithin(value);
  return typeof value === 'string' && isCalendarDate(instant.exec(value)?.[1]) && isWithin(new Date(value));
};
