import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** Every service that is a process of its own. */
export const services: readonly string[] = readdirSync(join(root, 'apps'))
  .filter(name => name !== 'all-in-one')
  .sort();

const keysIn = (path: string): string[] =>
  [...readFileSync(join(root, path), 'utf8').matchAll(/\bsetting\(\s*['"`](\w+)['"`]/g)].map(([, key = '']) => key);

function keysBelow(folder: string, suffix: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith(suffix) && !path.endsWith('.spec.ts'))
    .flatMap(path => keysIn(join(folder, path)));
}

const platformSettings = keysBelow('libs/platform/src', '-settings.ts');

/** Names of the settings that a service reads: the platform's, its own, and the addresses of its database. */
export function settingsOf(service: string): ReadonlySet<string> {
  const database = service === 'gateway' ? [] : ['DATABASE_URL', 'DATABASE_OWNER_URL'].map(name => `${service.toUpperCase()}_${name}`);
  return new Set([...platformSettings, ...keysBelow(`apps/${service}/src`, '.config.ts'), ...database]);
}

/** Settings given to a service that it does not read: `KEY_FILE` gives `KEY`. Other programs' variables are not looked at. */
export function unknownSettings(service: string, given: Iterable<string>): string[] {
  const known = settingsOf(service);
  return [...given].filter(key => !known.has(key) && !known.has(key.replace(/_FILE$/, '')));
}

/** Settings whose value is a secret: they are given as a file, never as text. */
export const isSecret = (key: string): boolean =>
  /(_KEY|_KEY_PREVIOUS|_SECRET|_PASSWORD|_CLIENTS|DATABASE_URL|OWNER_URL|SMTP_URL)$/.test(key);

/** Text that carries a password: `scheme://user:password@host`. */
export const hasCredentials = (text: string): boolean => /\w+:\/\/[^\s/:@]+:[^\s/@]+@/.test(text);
