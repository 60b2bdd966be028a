import { eventsReceived, eventsSent, eventToEffect, reactionDuration, sendFailures } from '../metrics/metrics.js';
import { startSpan } from '../tracing/tracing.js';
import type { CloudEvent, Message } from './message-bus.js';

/** How an attempt of a reaction can end. */
export type ReactionOutcome = 'done' | 'retry' | 'dead_lettered';

/** When an event was recorded, in milliseconds, from its UUIDv7; undefined for an id of another kind. */
export function recordedAt({ id }: Pick<CloudEvent, 'id'>): number | undefined {
  return id[14] === '7' ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : undefined;
}

/** Runs work on events, with a span for each below the step that recorded it. */
async function observed(
  service: string,
  messages: readonly Message[],
  { verb, kind, operation }: { verb: string; kind: 'producer' | 'consumer'; operation: 'send' | 'receive' },
  work: () => Promise<void>,
): Promise<void> {
  const spans = messages.map(({ id, topic, event }) =>
    startSpan({
      service,
      name: `${verb} ${topic}`,
      kind,
      parent: event.traceparent,
      attributes: {
        'messaging.destination.name': topic,
        'messaging.message.id': id,
        'cloudevents.event_type': event.type,
        'messaging.operation.type': operation,
      },
    }),
  );
  try {
    await work();
    for (const span of spans) span.end();
  } catch (error) {
    for (const span of spans) span.end(error);
    throw error;
  }
}

/** Publishes events with spans and metrics. Resolves and rejects as `publish` does. */
export async function observePublish(service: string, messages: readonly Message[], publish: () => Promise<void>): Promise<void> {
  await observed(service, messages, { verb: 'publish', kind: 'producer', operation: 'send' }, publish).catch((error: unknown) => {
    sendFailures.inc({ service });
    throw error;
  });
  for (const { topic } of messages) eventsSent.inc({ service, topic });
}

/** Stores delivered events with spans and metrics. Resolves and rejects as `store` does. */
export async function observeReceive(service: string, messages: readonly Message[], store: () => Promise<void>): Promise<void> {
  await observed(service, messages, { verb: 'receive', kind: 'consumer', operation: 'receive' }, store);
  for (const { topic } of messages) eventsReceived.inc({ service, topic });
}

/** An attempt of a reaction. An attempt that never ends (another worker has the row) is not recorded. */
export interface ObservedReaction {
  readonly traceparent: string;
  end(outcome: ReactionOutcome, error?: unknown): void;
}

/** Begins an attempt of a reaction, below the step that recorded the event. */
export function observeReaction(service: string, reaction: string, event: CloudEvent): ObservedReaction {
  const begun = performance.now();
  const attributes = { 'messaging.message.id': event.id, 'cloudevents.event_type': event.type, 'messaging.operation.type': 'process' };
  const span = startSpan({ service, name: reaction, kind: 'consumer', parent: event.traceparent, attributes });
  return {
    traceparent: span.traceparent,
    end(outcome, error) {
      reactionDuration.observe({ service, reaction, outcome }, (performance.now() - begun) / 1_000);
      const recorded = recordedAt(event);
      if (outcome === 'done' && recorded !== undefined)
        eventToEffect.observe({ service, reaction }, Math.max(0, Date.now() - recorded) / 1_000);
      span.set({ 'ciep.outcome': outcome });
      span.end(error);
    },
  };
}
