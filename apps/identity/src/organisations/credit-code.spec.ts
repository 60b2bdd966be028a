import { describe, expect, it } from '@jest/globals';
import { checkCharacter, isCreditCode } from './credit-code.rules.js';

describe(isCreditCode.name, () => {
  it('accepts the example of the standard', () => {
    expect(checkCharacter('91350100M000100Y4')).toBe('3');
    expect(isCreditCode('91350100M000100Y43')).toBe(true);
  });

  it('accepts exactly one of the 31 check characters', () => {
    const accepted = [...'0123456789ABCDEFGHJKLMNPQRTUWXY'].filter(last => isCreditCode(`91210000MA0000001${last}`));
    expect(accepted).toEqual([checkCharacter('91210000MA0000001')]);
  });

  it.each([
    ['a wrong check character', '91350100M000100Y44'],
    ['two neighbours changed round', '91350100M00010Y043'],
    ['a letter that does not exist', '91350100I000100Y43'],
    ['a letter in the place code', '9135O100M000100Y43'],
    ['lower case', '91350100m000100y43'],
    ['a character too few', '91350100M000100Y4'],
    ['a character too many', '91350100M000100Y433'],
    ['nothing', ''],
  ])('refuses %s', (_what, code) => {
    expect(isCreditCode(code)).toBe(false);
  });
});
