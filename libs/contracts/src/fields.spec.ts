import { describe, expect, it } from '@jest/globals';
import { date, instant } from './fields.js';

describe('the fields of events', () => {
  it.each(['0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z', '2023-03-24T00:00:00+08:00'])('take the instant %s', at =>
    expect(instant.safeParse(at).success).toBe(true),
  );

  it.each(['0000-01-01T00:00:00Z', '9999-12-31T23:59:59-23:59', '2023-03-24T00:00:00+16:00', '+010000-01-01T00:00:00Z'])(
    'refuse the instant %s',
    at => expect(instant.safeParse(at).success).toBe(false),
  );

  it('take dates from the year 1 on', () =>
    expect(['0000-01-01', '0001-01-01', '9999-12-31', '10000-01-01'].map(text => date.safeParse(text).success)).toEqual([
      false,
      true,
      true,
      false,
    ]));
});
