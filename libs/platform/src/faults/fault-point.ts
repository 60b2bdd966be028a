import { existsSync, readFileSync, renameSync } from 'node:fs';
import { ConfigurationError } from '../settings/settings.js';
import type { PlatformSettings } from '../settings/platform-settings.js';

/** Every place at which a test may have a service die: between two steps of which the second must not be lost or done twice. */
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

let strike: ((point: FaultPoint) => void) | undefined;

/** Ends the process here, as `kill -9` would, if a test has armed this point; nothing at all otherwise. */
export function faultPoint(point: FaultPoint): void {
  strike?.(point);
}

/**
 * Watches the control file that the settings name. While it holds `{ "service": "billing", "point": "outbox.afterSend" }`, the
 * named service dies when it next gets there; the file is first renamed to `<file>.fired`, so that it happens once and a test
 * sees that it did. Throws {@link ConfigurationError} in production.
 */
export function watchFaults({ faultsFile, isProduction }: PlatformSettings, service: string): void {
  if (faultsFile === undefined) return;
  if (isProduction) throw new ConfigurationError(['CIEP_FAULTS_FILE has the service die on command and is for development only']);
  strike = point => {
    if (isArmed(faultsFile, service, point) && consumed(faultsFile)) process.kill(process.pid, 'SIGKILL');
  };
}

function isArmed(file: string, service: string, point: FaultPoint): boolean {
  if (!existsSync(file)) return false;
  try {
    const armed = JSON.parse(readFileSync(file, 'utf8')) as { service?: string; point?: string };
    return armed.service === service && armed.point === point;
  } catch {
    return false; // gone, or being written
  }
}

/** Of several processes that get there at once, one can rename the file. */
function consumed(file: string): boolean {
  try {
    renameSync(file, `${file}.fired`);
    return true;
  } catch {
    return false;
  }
}
