import { describe, expect, it } from '@jest/globals';
import { choiceIn, clientToKeep, inLanguage, languageToKeep, readerOf, rememberedClient } from './reader.rules.js';

describe(readerOf, () => {
  it.each([
    [{ cookie: 'a=b; ciep_language=zh', 'accept-language': 'en' }, 'en', 'zh'],
    [{ cookie: 'ciep_language=fr', 'accept-language': 'zh' }, undefined, 'zh'],
    [{ cookie: 'xciep_language=zh', 'accept-language': 'en' }, undefined, 'en'],
    [{ 'accept-language': 'zh' }, 'en', 'en'],
    [{}, undefined, 'en'],
  ])('of %j with the wish %j reads %s', (headers, wish, language) => {
    expect(readerOf({ url: '/oidc/x', headers }, wish).language).toBe(language);
  });

  it.each([
    ['GET', '/oidc/interaction/u?refused=password', '/oidc/interaction/u?refused=password'],
    ['GET', '/oidc/interaction/u/link', '/oidc/interaction/u/link'],
    ['POST', '/oidc/interaction/u/login', '/oidc/interaction/u'],
    ['POST', '/oidc/interaction/u/language?refused=tries', '/oidc/interaction/u'],
    ['POST', '/oidc/registration/i/1.c', '/oidc/registration/i/1.c'],
    ['POST', '/oidc/registration/i/1.c/link', '/oidc/registration/i/1.c'],
    ['POST', '/oidc/password-recovery/i/1.c', '/oidc/password-recovery/i/1.c'],
    ['POST', '/oidc/password-recovery', '/oidc/password-recovery'],
    ['POST', '/oidc/session/end/confirm', '/oidc/session/end'],
  ])('after %s %s finds the page at %s', (method, url, address) => {
    expect(readerOf({ method, url, headers: {} }).address).toBe(address);
  });
});

describe(choiceIn, () => {
  it.each([
    [inLanguage('/oidc/x', 'zh'), { language: 'zh', address: '/oidc/x' }],
    [inLanguage('/oidc/x?a=1&b=%20', 'en'), { language: 'en', address: '/oidc/x?a=1&b=%20' }],
    ['/oidc/x?lang=zh&a=?&lang=en', { language: 'en', address: '/oidc/x?a=?' }],
    ['/oidc/x?lang=fr', undefined],
    ['/oidc/x?xlang=zh', undefined],
    ['/oidc/x', undefined],
  ])('of %s is %j', (url, choice) => expect(choiceIn(url)).toEqual(choice));
});

describe('cookies', () => {
  it('are for the pages only, and need TLS where the platform has it', () => {
    expect(languageToKeep('zh', true)).toBe('ciep_language=zh; Path=/oidc; Max-Age=31536000; HttpOnly; SameSite=Lax; Secure');
    expect(clientToKeep('console', false)).toBe('ciep_client=console; Path=/oidc; Max-Age=86400; HttpOnly; SameSite=Lax');
  });

  it.each([
    ['ciep_client=console', 'console'],
    ['ciep_client=https://evil.example', undefined],
    ['ciep_client=', undefined],
    [undefined, undefined],
  ])('%j remembers the client %s', (cookie, client) => expect(rememberedClient({ cookie })).toBe(client));
});
