import { createRequire } from 'node:module';

/** The part of kafkajs's RequestQueue that the patch replaces or reads. */
export interface RequestQueue {
  pending: readonly unknown[];
  throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
  scheduleCheckPendingRequests(): void;
}

const patchedVersion = '2.2.4';
const recheckMs = 10;

/**
 * Stops the timer loop of kafkajs 2.2.4: an idle connection checks about every millisecond whether a request waits (3 % of a core
 * per connection, and a TimeoutNegativeWarning on Node 24). With the patch it checks only while a request waits. Call it before
 * the first client is created; further calls do nothing new.
 *
 * @throws Error for another version of kafkajs: check whether the fault is gone, then remove or adapt the patch
 */
export function patchKafkajs(): void {
  const require = createRequire(import.meta.url);
  const { version } = require('kafkajs/package.json') as { version: string };
  if (version !== patchedVersion)
    throw new Error(`kafkajs ${version} is installed, but its timer patch was made for ${patchedVersion} (kafkajs-patch.ts)`);
  const queue = require('kafkajs/src/network/requestQueue') as { prototype: RequestQueue };
  queue.prototype.scheduleCheckPendingRequests = scheduleCheckPendingRequests;
}

function scheduleCheckPendingRequests(this: RequestQueue): void {
  if (this.throttleCheckTimeoutId || this.pending.length === 0) return;
  const throttledFor = this.throttledUntil - Date.now();
  this.throttleCheckTimeoutId = setTimeout(
    () => {
      this.throttleCheckTimeoutId = null;
      this.checkPendingRequests();
    },
    throttledFor > 0 ? throttledFor : recheckMs,
  );
}
