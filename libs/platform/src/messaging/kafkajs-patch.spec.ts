import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { patchKafkajs, type RequestQueue } from './kafkajs-patch.js';

interface TestedQueue extends RequestQueue {
  maybeThrottle(milliseconds: number): void;
  push(request: { entry: { correlationId: number }; expectResponse: boolean; sendRequest: () => void }): void;
  fulfillRequest(response: { correlationId: number; payload: Buffer; size: number }): void;
  destroy(): void;
}

const require = createRequire(import.meta.url);
const Queue = require('kafkajs/src/network/requestQueue') as new (options: object) => TestedQueue;
const { prototype } = Queue as unknown as { prototype: RequestQueue };
const original = prototype.scheduleCheckPendingRequests;

const quiet = { debug: () => undefined, warn: () => undefined };
const queueOf = (maxInFlightRequests: number) =>
  new Queue({ maxInFlightRequests, requestTimeout: 1000, enforceRequestTimeout: false, clientId: 'test', broker: 'test', logger: quiet });
const entry = (correlationId: number) => ({ correlationId, resolve: () => undefined, reject: () => undefined });

describe(patchKafkajs.name, () => {
  beforeAll(patchKafkajs);

  it('sets no timer while nothing waits', () => {
    const queue = queueOf(1);
    queue.checkPendingRequests();
    expect(queue.throttleCheckTimeoutId).toBeNull();
  });

  it('is needed: the original sets one again and again', () => {
    const queue = queueOf(1);
    original.call(queue);
    expect(queue.throttleCheckTimeoutId).not.toBeNull();
    queue.destroy();
  });

  it('still sends a throttled request when its time has come, once', async () => {
    const queue = queueOf(5);
    let sent = 0;
    queue.maybeThrottle(30);
    queue.push({ entry: entry(1), expectResponse: true, sendRequest: () => void sent++ });
    expect(sent).toBe(0);
    await sleep(80);
    expect(sent).toBe(1);
    expect(queue.throttleCheckTimeoutId).toBeNull();
  });

  it('sends what waited for a place in flight as soon as one is free', () => {
    const queue = queueOf(1);
    const sent: number[] = [];
    for (const id of [1, 2]) queue.push({ entry: entry(id), expectResponse: true, sendRequest: () => void sent.push(id) });
    expect(sent).toEqual([1]);
    queue.fulfillRequest({ correlationId: 1, payload: Buffer.alloc(0), size: 0 });
    expect(sent).toEqual([1, 2]);
    queue.destroy();
  });
});
