import { describe, expect, it } from '@jest/globals';
import { preferredLanguage } from './localized-text.js';

describe(preferredLanguage.name, () => {
  it.each([
    [undefined, 'en'],
    ['', 'en'],
    ['zh-CN', 'zh'],
    ['fr, zh;q=0.5', 'zh'],
    ['en;q=0.4, zh-TW;q=0.6', 'zh'],
    ['zh;q=0, en', 'en'],
    ['zh en', 'zh'],
    ['*', 'en'],
  ])('of %p is %s', (header, language) => {
    expect(preferredLanguage(header)).toBe(language);
  });
});
