import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { NotificationConfig } from './notification.config.js';

const dataDir = mkdtempSync(join(tmpdir(), 'ciep-notification-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

const complete = {
  IDENTITY_URL: 'http://identity:3000',
  EXHIBITION_URL: 'http://exhibition:3000',
  BILLING_URL: 'http://billing:3000',
  NOTIFICATION_CLIENT_SECRET: 'secret-of-notification',
};
const development = { ...complete, CIEP_PROFILE: 'development', CIEP_DATA_DIR: dataDir };
const production = { ...complete, NOTIFICATION_SMTP_URL: 'smtps://mail:465', NOTIFICATION_SECRET_KEY: randomBytes(32).toString('base64') };

describe(NotificationConfig.name, () => {
  it('reports every fault, without values', () => {
    const wrong = { NOTIFICATION_CLIENT_SECRET: 'short', NOTIFICATION_SMTP_URL: 'http://mail', NOTIFICATION_SECRET_KEY: 'c2hvcnQ=' };
    expect(() => new NotificationConfig(wrong)).toThrow(
      /IDENTITY_URL[^]*EXHIBITION_URL[^]*BILLING_URL[^]*CLIENT_SECRET[^]*SMTP_URL[^]*SECRET_KEY/,
    );
    expect(() => new NotificationConfig(wrong)).not.toThrow(/short|c2hvcnQ/);
  });

  it('requires mail server and key in production, and allows no exception there', () => {
    expect(() => new NotificationConfig(complete)).toThrow(/NOTIFICATION_SMTP_URL[^]*NOTIFICATION_SECRET_KEY/);
    expect(() => new NotificationConfig({ ...production, NOTIFICATION_WEBHOOK_ALLOW: 'localhost:4000' })).toThrow(
      'NOTIFICATION_WEBHOOK_ALLOW',
    );
    expect(new NotificationConfig(production).isDevelopment).toBe(false);
  });

  it('parses the address pairs that are allowed in development', () => {
    const config = new NotificationConfig({ ...development, NOTIFICATION_WEBHOOK_ALLOW: 'localhost:4000, 127.0.0.1:4001' });
    expect([...config.admittedPairs]).toEqual(['localhost:4000', '127.0.0.1:4001']);
    expect(new NotificationConfig(development).admittedPairs.size).toBe(0);
  });

  it('creates a key in development once, readable by its user only', () => {
    const { sealingKey } = new NotificationConfig(development);
    expect(sealingKey).toHaveLength(32);
    expect(new NotificationConfig(development).sealingKey).toEqual(sealingKey);
    expect(statSync(join(dataDir, 'notification-secret-key')).mode & 0o777).toBe(0o600);
  });
});
