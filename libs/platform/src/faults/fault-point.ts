import { existsSync, readFileSync, renameSync } from 'node:fs';
import { ConfigurationError } from '../settings/settings.js';
import type { PlatformSettings } from '../settings/platform-settings.js';

/** The points at which a test can kill a service: between two steps, of which the second must be neither lost nor repeated. */
export const faultPoints = [
  'http.afterValidate',
  'tx.beforeCommit',
  'tx.afterCommit.beforeReply',
  'outbox.beforeRead',
  'outbox.afterRead',
  'outbox.afterSend',
  'outbox.afterMark',
  'inbox.afterFetch',
  'inbox.afterStore',
  'inbox.beforeResolve',
  'worker.beforeEffect',
  'worker.afterEffect.beforeCommit',
  'worker.afterCommit',
  'webhook.afterPost',
] as const;

/** Name of a fault point. */
export type FaultPoint = (typeof faultPoints)[number];

let killIfArmed: ((point: FaultPoint) => void) | undefined;

/** Kills the process here, as `kill -9` would, if a test has armed this point. */
export function faultPoint(point: FaultPoint): void {
  killIfArmed?.(point);
}

/**
 * Watches the control file of the settings. While it contains `{ "service": "billing", "point": "outbox.afterSend" }`, that service
 * dies when it reaches the point. First it renames the file to `<file>.fired`, so that it happens once and the test can see it.
 * Throws {@link ConfigurationError} in production.
 */
export function watchFaults({ faultsFile, isProduction }: PlatformSettings, service: string): void {
  if (faultsFile === undefined) return;
  if (isProduction) throw new ConfigurationError(['CIEP_FAULTS_FILE kills the service on command and is for development only']);
  killIfArmed = point => {
    if (isArmed(faultsFile, service, point) && consumed(faultsFile)) process.kill(process.pid, 'SIGKILL');
  };
}

function isArmed(file: string, service: string, point: FaultPoint): boolean {
  if (!existsSync(file)) return false;
  try {
    const armed = JSON.parse(readFileSync(file, 'utf8')) as { service?: string; point?: string };
    return armed.service === service && armed.point === point;
  } catch {
    return false; // removed, or being written
  }
}

/** Only one of several processes can rename the file. */
function consumed(file: string): boolean {
  try {
    renameSync(file, `${file}.fired`);
    return true;
  } catch {
    return false;
  }
}
