import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addressSetting, thingOwners, type ThingOwner } from '@ciep/contracts';
import { ConfigurationError, PlatformSettings, setting, settings, type Setting } from '@ciep/platform';
import { z } from 'zod';

const pairs = z
  .string()
  .default('')
  .transform(text => text.split(',').map(pair => pair.trim()).filter(Boolean)); // prettier-ignore
const key = z.base64().refine(text => Buffer.from(text, 'base64').length === 32, 'must be 32 bytes in base64');

/** The internal addresses of the services that know whom a mail is for and what it is about. */
const ownerUrls = Object.fromEntries(
  thingOwners.map(owner => [
    owner,
    setting(addressSetting(owner), z.url(), `internal address of ${owner}, which mails get their facts from`),
  ]),
) as Record<ThingOwner, Setting<string>>;

export class NotificationConfig extends settings({
  ...ownerUrls,
  clientSecret: setting('NOTIFICATION_CLIENT_SECRET', z.string().min(16), 'secret of the client "notification" at identity'),
  smtpUrl: setting(
    'NOTIFICATION_SMTP_URL',
    z.url({ protocol: /^smtps?$/ }).optional(),
    'mail server; without it a development machine keeps mails readable',
  ),
  mailFrom: setting('NOTIFICATION_MAIL_FROM', z.email().default('no-reply@ciep.example'), 'sender address of all mails'),
  secretKey: setting('NOTIFICATION_SECRET_KEY', key.optional(), 'key that seals webhook secrets, 32 bytes in base64'),
  webhookTimeoutMs: setting(
    'NOTIFICATION_WEBHOOK_TIMEOUT_MS',
    z.coerce.number().int().min(100).max(15_000).default(15_000),
    'how long the receiver of a webhook may take to answer',
  ),
  webhooksPerOwner: setting(
    'NOTIFICATION_WEBHOOKS_PER_OWNER',
    z.coerce.number().int().min(1).max(1_000).default(20),
    'how many endpoints an organisation may have',
  ),
  webhookPlaces: setting(
    'NOTIFICATION_WEBHOOK_PLACES',
    z.coerce.number().int().min(1).max(64).default(4),
    'how many webhooks of an organisation are sent at a time, by all instances together',
  ),
  feedDays: setting(
    'NOTIFICATION_FEED_DAYS',
    z.coerce.number().int().min(1).max(3_650).default(90),
    'days for which the event feed keeps events',
  ),
  webhookAllow: setting(
    'NOTIFICATION_WEBHOOK_ALLOW',
    pairs,
    'host:port pairs, separated by commas, that webhooks may reach although they are not public (development only)',
  ),
}) {
  readonly isDevelopment: boolean;
  readonly admittedPairs: ReadonlySet<string>;
  /** The public address of the platform, where the schemas of events can be read. */
  readonly publicUrl: string;
  private readonly dataDir: string;
  private keptKey?: Buffer;

  constructor(environment: NodeJS.ProcessEnv) {
    super(environment);
    const { isProduction, dataDir, issuer } = new PlatformSettings(environment);
    this.publicUrl = new URL('.', issuer).href;
    this.isDevelopment = !isProduction;
    this.dataDir = dataDir;
    this.admittedPairs = new Set(this.webhookAllow);
    const problems = this.isDevelopment ? [] : [...this.missingInProduction()];
    if (problems.length > 0) throw new ConfigurationError(problems);
  }

  /** Encrypts webhook secrets. In development it is created once, in a file that only its user can read. */
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
