import { describe, expect, it } from '@jest/globals';
import { readTarget } from './webhook-url.rules.js';
import { WebhookUrlRefused } from './webhook.errors.js';

const none = new Set<string>();
const reasonOf = (url: string, admitted = none): string | undefined => {
  try {
    readTarget(url, admitted);
    return undefined;
  } catch (error) {
    return error instanceof WebhookUrlRefused ? error.reason : String(error);
  }
};

describe(readTarget.name, () => {
  it.each([
    ['portal', 'not_a_url'],
    ['//portal.example/hook', 'not_a_url'],
    ['http://portal.example/hook', 'https_only'],
    ['ftp://portal.example/hook', 'https_only'],
    ['file:///etc/passwd', 'https_only'],
    ['https://portal.example:22/hook', 'port_refused'],
    ['https://portal.example:80/hook', 'port_refused'],
    ['https://portal:secret@portal.example/', 'credentials_in_url'],
    ['https://portal.example/#part', 'fragment_in_url'],
    ['https://localhost/', 'address_refused'],
    ['https://LOCALHOST./', 'address_refused'],
    ['https://api.localhost/', 'address_refused'],
    ['https://metadata.google.internal/', 'address_refused'],
    ['https://printer.local/', 'address_refused'],
    ['https://billing/', 'address_refused'],
    ['https://127.1/', 'address_refused'],
    ['https://0x7f.0.0.1/', 'address_refused'],
    ['https://2130706433/', 'address_refused'],
    ['https://017700000001/', 'address_refused'],
    ['https://127.0.0.1./', 'address_refused'],
    ['https://１２７.０.０.１/', 'address_refused'],
    ['https://[::1]/', 'address_refused'],
    ['https://[::ffff:127.0.0.1]/', 'address_refused'],
    ['https://[64:ff9b::7f00:1]/', 'address_refused'],
  ])('refuses %s: %s', (url, reason) => {
    expect(reasonOf(url)).toBe(reason);
  });

  it.each(['https://portal.example/hook?x=1', 'https://portal.example:8443/', 'https://8.8.8.8/', 'https://[2606:4700:4700::1111]/'])(
    'accepts %s',
    url => {
      expect(readTarget(url, none)).toMatchObject({ trusted: false });
    },
  );

  it('allows exactly the pairs named in development', () => {
    const admitted = new Set(['127.0.0.1:4000']);
    expect(readTarget('http://127.0.0.1:4000/hook', admitted)).toMatchObject({ host: '127.0.0.1', trusted: true });
    expect(reasonOf('http://127.0.0.1:4001/hook', admitted)).toBe('https_only');
    expect(reasonOf('https://127.0.0.1/hook', admitted)).toBe('address_refused');
    expect(reasonOf('ftp://127.0.0.1:4000/hook', admitted)).toBe('https_only');
  });
});
