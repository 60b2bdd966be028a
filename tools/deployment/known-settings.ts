import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { settingKeysIn } from '../checks/setting-keys.js';

const root = join(import.meta.dirname, '../..');

const keysIn = (path: string): string[] => settingKeysIn(readFileSync(join(root, path), 'utf8'));

function keysBelow(folder: string, suffix: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith(suffix) && !path.endsWith('.spec.ts'))
    .flatMap(path => keysIn(join(folder, path)));
}

const platformSettings = keysBelow('libs/platform/src', '-settings.ts');

/** Names of the settings that a service reads: the platform's, its own, and its database URLs. */
export function settingsOf(service: string): ReadonlySet<string> {
  const database = service === 'gateway' ? [] : ['DATABASE_URL', 'DATABASE_OWNER_URL'].map(name => `${service.toUpperCase()}_${name}`);
  return new Set([...platformSettings, ...keysBelow(`apps/${service}/src`, '.config.ts'), ...database]);
}

/** Settings of a service that it does not read; `KEY_FILE` sets `KEY`. Variables of other programs are not checked. */
export function unknownSettings(service: string, given: Iterable<string>): string[] {
  const known = settingsOf(service);
  return [...given].filter(key => !known.has(key) && !known.has(key.replace(/_FILE$/, '')));
}

/** Settings with secret values, which must be passed as files. */
export const isSecret = (key: string): boolean =>
  /(_KEY|_KEY_PREVIOUS|_SECRET|_PASSWORD|_CLIENTS|DATABASE_URL|OWNER_URL|SMTP_URL)$/.test(key);

/** Text with a password: `scheme://user:password@host`. */
export const hasCredentials = (text: string): boolean => /\w+:\/\/[^\s/:@]+:[^\s/@]+@/.test(text);
