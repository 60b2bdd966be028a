import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { normalCode, normalMail, normalWords } from './normal-forms.js';

describe(normalCode.name, () => {
  it.each([
    ['small letters', 'hrb 4711 é'],
    ['blanks around and within', '  HRB\u00a0 4711 É\u3000'],
    ['full width', 'ＨＲＢ　４７１１ É'],
    ['decomposed accents', 'HRB 4711 E\u0301'],
    ['signs that nobody sees', 'HRB\u200b 47\u00ad11 É\ufeff'],
  ])('takes %s for the same code', (_what, typed) => {
    expect(normalCode(typed)).toBe('HRB4711É');
  });

  it('keeps hyphens, slashes and other scripts', () => {
    expect(normalCode('粤备-2023/07')).toBe('粤备-2023/07');
  });

  it('is its own normal form', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), typed => normalCode(normalCode(typed)) === normalCode(typed)));
  });
});

describe(normalMail.name, () => {
  it.each([
    ['capitals', 'Büro@BÜCHER.Example'],
    ['blanks around', '\tbüro@bücher.example\u3000'],
    ['full width', 'ｂüｒｏ＠bücher．example'],
    ['decomposed accents', 'bu\u0308ro@bu\u0308cher.example'],
    ['the A-labels of the domain', 'büro@xn--bcher-kva.example'],
    ['signs that nobody sees', 'bü\u200bro@bücher.example'],
  ])('takes %s for the same address', (_what, typed) => {
    expect(normalMail(typed)).toBe('büro@xn--bcher-kva.example');
  });

  it('keeps apart what reaches different mailboxes', () => {
    expect(new Set(['a.b@example.org', 'ab@example.org', 'a+b@example.org', 'ab@example.com'].map(normalMail)).size).toBe(4);
    expect(normalMail('straße@example.org')).not.toBe(normalMail('strasse@example.org'));
  });

  it('leaves what is no address as it is, but for its letters', () => {
    expect([normalMail('Nobody'), normalMail('a@b@exa mple')]).toEqual(['nobody', 'a@b@exa mple']);
  });

  it('is its own normal form', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), typed => normalMail(normalMail(typed)) === normalMail(typed)));
  });
});

describe(normalWords.name, () => {
  it('keeps blanks between words and the letters as they are', () => {
    expect(normalWords('  Ｃａｆｅ\u0301\u00a0\u200b 展览（一） ')).toBe('Café  展览(一)');
  });

  it('is its own normal form', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), typed => normalWords(normalWords(typed)) === normalWords(typed)));
  });
});
