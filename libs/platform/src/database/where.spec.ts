import { describe, expect, it } from '@jest/globals';
import { searchable } from './where.js';

describe(searchable.name, () => {
  it('leaves out every character that Unicode calls ignorable, and no other', () => {
    const invisible = new RegExp(/\[.*?\]/.exec(searchable('x'))?.[0].replaceAll(/\\[uU]0*([0-9A-F]+)/g, '\\u{$1}') ?? '', 'u');
    const characters = Array.from({ length: 0x10ffff }, (_, code) => String.fromCodePoint(code));
    const isIgnorable = /\p{Default_Ignorable_Code_Point}/u;
    expect(characters.filter(character => invisible.test(character) !== isIgnorable.test(character))).toEqual([]);
  });
});
