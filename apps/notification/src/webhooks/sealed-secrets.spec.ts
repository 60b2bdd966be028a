import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { NotificationConfig } from '../notification.config.js';
import { SealedSecrets } from './sealed-secrets.service.js';

const withFreshKey = (): SealedSecrets =>
  new SealedSecrets(
    new NotificationConfig({
      CIEP_PROFILE: 'development',
      IDENTITY_URL: 'http://identity:3000',
      EXHIBITION_URL: 'http://exhibition:3000',
      BILLING_URL: 'http://billing:3000',
      NOTIFICATION_CLIENT_SECRET: 'secret-of-notification',
      NOTIFICATION_SECRET_KEY: randomBytes(32).toString('base64'),
    }),
  );

describe(SealedSecrets.name, () => {
  const seals = withFreshKey();

  it('decrypts what it encrypted, and gives a different text each time', () => {
    const sealed = seals.seal('whsec_secret', 'row');
    expect(seals.open(sealed, 'row')).toBe('whsec_secret');
    expect(sealed).not.toContain('secret');
    expect(seals.seal('whsec_secret', 'row')).not.toBe(sealed);
  });

  it('refuses another row, another key, and changed or malformed text', () => {
    const sealed = seals.seal('whsec_secret', 'row');
    const last = sealed.endsWith('A') ? 'B' : 'A';
    expect(() => seals.open(sealed, 'other row')).toThrow();
    expect(() => withFreshKey().open(sealed, 'row')).toThrow();
    expect(() => seals.open(`${sealed.slice(0, -2)}${last}${sealed.at(-1)}`, 'row')).toThrow();
    expect(() => seals.open('v2.a.b.c', 'row')).toThrow();
    expect(() => seals.open('whsec_secret', 'row')).toThrow();
  });
});
