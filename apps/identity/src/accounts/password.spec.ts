import { describe, expect, it } from '@jest/globals';
import { CommonPasswords } from '../passwords/common-passwords.service.js';
import { isGuessable, isPassword } from './password.rules.js';

const person = { mail: 'lin.yi@liaohe.example', names: ['Lin Yi', '辽河智能装备有限公司', 'Liaohe Equipment Ltd.'] };
const common = new CommonPasswords();

describe('a password that people choose', () => {
  it.each([
    'qwertyuiop',
    'QWERTYUIOP',
    'ｑｗｅｒｔｙｕｉｏｐ',
    'password123',
    'Password2024!',
    '!!dragon2023',
    'p@ssw0rd2024',
    'passwordpassword',
    'aaaaaaaaaaaa',
    '1212121212',
    'abcdabcdabcd',
    'abcdefghijkl',
    '9876543210',
    'lin.yi@liaohe.example',
    'LIN.YI@liaohe.example1',
    'linyi2024123',
    'Liaohe Equipment Ltd.',
    'liaoheequipmentltd88',
    '辽河智能装备有限公司',
    '辽河智能装备有限公司2024',
  ])('is refused when attackers try it soon: %s', async password => {
    expect(isGuessable(password, person, await common.all())).toBe(true);
  });

  it.each([
    'correct horse 电池',
    'correct horse battery',
    'dragon in the garden',
    'ciep-demo-2026',
    'x7Kq-92bb-LmzR',
    '辽河智能装备有限公司的一只猫很喜欢鱼',
    'Lin Yi eats noodles',
    '20240131-20231225',
  ])('is accepted when it is her own: %s', async password => {
    expect(isGuessable(password, person, await common.all())).toBe(false);
  });

  it('is not compared with names that are missing or too short', async () => {
    expect(isGuessable('xy and something else', { mail: '', names: ['', 'xy'] }, await common.all())).toBe(false);
  });

  it('has 10 to 128 characters, of which blanks around do not count', () => {
    expect(['123456789', ' 123456789 ', '1234567890', 'x'.repeat(128), 'x'.repeat(129)].map(isPassword)).toEqual([
      false,
      false,
      true,
      true,
      false,
    ]);
  });
});
