import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigurationError, PlatformSettings, setting, settings } from '@ciep/platform';
import { z } from 'zod';

const pairs = z
  .string()
  .default('')
  .transform(text => text.split(',').map(pair => pair.trim()).filter(Boolean)); // prettier-ignore
const key = z.base64().refine(text => Buffer.from(text, 'base64').length === 32, 'must be 32 bytes in base64');

export class NotificationConfig extends settings({
  identityUrl: setting('IDENTITY_URL', z.url(), "identity's internal address, asked for addresses and links when a mail is sent"),
  clientSecret: setting('NOTIFICATION_CLIENT_SECRET', z.string().min(16), 'secret of the client "notification" at identity'),
  smtpUrl: setting(
    'NOTIFICATION_SMTP_URL',
    z.url({ protocol: /^smtps?$/ }).optional(),
    'mail server; without it a development machine keeps mails readable',
  ),
  mailFrom: setting('NOTIFICATION_MAIL_FROM', z.email().default('no-reply@ciep.example'), 'sender address of all mails'),
  secretKey: setting('NOTIFICATION_SECRET_KEY', key.optional(), 'key that seals webhook secrets, 32 bytes in base64'),
  webhookAllow: setting(
    'NOTIFICATION_WEBHOOK_ALLOW',
    pairs,
    'host:port pairs, separated by commas, that webhooks may reach although they are not public (development only)',
  ),
}) {
  readonly isDevelopment: boolean;
  readonly admittedPairs: ReadonlySet<string>;
  private readonly dataDir: string;
  private keptKey?: Buffer;

  constructor(environment: NodeJS.ProcessEnv) {
    super(environment);
    const { isProduction, dataDir } = new PlatformSettings(environment);
    this.isDevelopment = !isProduction;
    this.dataDir = dataDir;
    this.admittedPairs = new Set(this.webhookAllow);
    const problems = this.isDevelopment ? [] : [...this.missingInProduction()];
    if (problems.length > 0) throw new ConfigurationError(problems);
  }

  /** Seals webhook secrets. A development machine makes its own once and keeps it in a file that only its user reads. */
  get sealingKey(): Buffer {
    return (this.keptKey ??= this.secretKey === undefined ? this.keyOfThisMachine() : Buffer.from(this.secretKey, 'base64'));
  }

  private *missingInProduction(): Iterable<string> {
    if (this.smtpUrl === undefined) yield 'NOTIFICATION_SMTP_URL (mail server): is missing';
    if (this.secretKey === undefined) yield 'NOTIFICATION_SECRET_KEY (key that seals webhook secrets): is missing';
    if (this.webhookAllow.length > 0) yield 'NOTIFICATION_WEBHOOK_ALLOW: is for development only';
  }

  private keyOfThisMachine(): Buffer {
    mkdirSync(this.dataDir, { recursive: true });
    const path = join(this.dataDir, 'notification-secret-key');
    try {
      writeFileSync(path, randomBytes(32).toString('base64'), { mode: 0o600, flag: 'wx' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    return Buffer.from(readFileSync(path, 'utf8'), 'base64');
  }
}
