import type { PlatformSettings } from './platform-settings.js';
import { ConfigurationError } from './settings.js';

const words = /secret|password|change.?me|example|demo-/i;

/** Whether a secret looks copied from a manual or typed by hand instead of generated at random. */
export const isGuessable = (secret: string): boolean => words.test(secret) || new Set(secret).size < 8;

/** Settings whose whole value is a secret; in `…_CLIENTS` and `…_URL` the secret is a part of the value. */
const secretKey = /_(KEY|KEY_PREVIOUS|SECRET|SECRET_KEY|PASSWORD|TOKEN)$/;

function secretsIn(key: string, value: string): string[] {
  if (secretKey.test(key)) return [value];
  if (key.endsWith('_CLIENTS')) return value.split(',').map(pair => pair.slice(pair.indexOf('=') + 1).trim());
  const password = key.endsWith('_URL') ? URL.parse(value)?.password : undefined;
  return password === undefined || password === '' ? [] : [decodeURIComponent(password)];
}

const isLocal = (hostname: string): boolean =>
  hostname === 'localhost' || hostname.endsWith('.localhost') || /^(127\.|\[::1\]$)/.test(hostname);

const isPublic = (address: string): boolean => {
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' && !isLocal(hostname);
};

/**
 * Refuses settings that are fine in development and unsafe in production, with one `ConfigurationError` for all of them. Each
 * service's own configuration checks its own settings.
 */
export function refuseUnfit(settings: PlatformSettings, environment: NodeJS.ProcessEnv, service: string): void {
  if (!settings.isProduction) return;
  const ours = new RegExp(`^(CIEP|${service.toUpperCase()})_`);
  const guessable = Object.entries(environment)
    .filter(([key, value]) => ours.test(key) && value && secretsIn(key, value).some(isGuessable))
    .map(([key]) => `${key}: the secret can be guessed; generate one at random`);
  const problems = [
    ...(settings.seedDemo ? ['CIEP_SEED_DEMO: is for development only; demo data has known passwords'] : []),
    ...(settings.clockFile === undefined ? [] : ['CIEP_CLOCK_FILE: is for development only; it moves the business clock']),
    ...(settings.faultsFile === undefined ? [] : ['CIEP_FAULTS_FILE: is for development only; it ends the service at a named point']),
    ...(isPublic(settings.issuer) ? [] : ['CIEP_ISSUER: must be the public address of the authorization server, with https']),
    ...(environment['NODE_TLS_REJECT_UNAUTHORIZED'] === '0' ? ['NODE_TLS_REJECT_UNAUTHORIZED: certificates must be checked'] : []),
    ...guessable,
  ];
  if (problems.length > 0) throw new ConfigurationError(problems);
}
