import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Message, MessageBus } from '../src/messaging/message-bus.js';

/** An event in an envelope; `number` is its position in the order of its key. */
export function aMessage(topic: string, { key = randomUUID(), number = 1 }: { key?: string; number?: number } = {}): Message {
  const id = randomUUID();
  return {
    id,
    topic,
    key,
    event: {
      specversion: '1.0',
      id,
      source: '/exhibition',
      type: 'ciep.exhibition.application.approved.v1',
      subject: key,
      time: '2023-03-20T08:00:00.000Z',
      datacontenttype: 'application/json',
      data: { number, note: '展位' },
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      aggregateversion: number,
      correlationid: randomUUID(),
    },
  };
}

/** Publishes like a relay: one batch at a time, and again until the bus has accepted it. */
export async function relay(bus: MessageBus, messages: readonly Message[], batchSize = 50): Promise<void> {
  for (let start = 0; start < messages.length; start += batchSize) {
    for (let tries = 1; ; tries++) {
      try {
        await bus.publish(messages.slice(start, start + batchSize));
        break;
      } catch (error) {
        if (tries === 100) throw error;
        await sleep(100);
      }
    }
  }
}

/** An inbox in memory: stores a message once, like the real one, because a bus may deliver it twice. */
export class RecordingInbox {
  readonly stored = new Map<string, Message>();
  private refusals: Error[] = [];

  readonly store = async (messages: readonly Message[]): Promise<void> => {
    // A store is never instant, so other work could overtake.
    await sleep(Math.random() * 3);
    const refusal = this.refusals.shift();
    if (refusal) throw refusal;
    for (const message of messages) if (!this.stored.has(message.id)) this.stored.set(message.id, message);
  };

  /** Makes the next stores fail. */
  refuse(times: number): void {
    this.refusals = Array.from({ length: times }, () => new Error('the database is away'));
  }

  get ids(): string[] {
    return [...this.stored.keys()].sort();
  }

  /** The positions per key, in the order of arrival. */
  numbersOf(key: string): number[] {
    return [...this.stored.values()].filter(message => message.key === key).map(({ event }) => (event.data as { number: number }).number);
  }
}

/** Waits until a condition is true, checking every 20 ms. */
export async function eventually(what: string, isTrue: () => boolean, milliseconds = 15_000): Promise<void> {
  for (const end = Date.now() + milliseconds; !isTrue(); await sleep(20)) {
    if (Date.now() > end) throw new Error(`${what}: not within ${milliseconds} ms`);
  }
}
