import { factsReceived, factsSent, factToEffect, reactionDuration, sendFailures } from '../metrics/metrics.js';
import { startSpan } from '../tracing/tracing.js';
import type { CloudEvent, Message } from './message-bus.js';

/** What can become of an attempt of a reaction. */
export type ReactionOutcome = 'done' | 'retry' | 'parked';

/** Instant at which a fact was told, in milliseconds; undefined for an id that was not made here. Ids are UUIDv7: they begin with it. */
export function toldAt({ id }: Pick<CloudEvent, 'id'>): number | undefined {
  return id[14] === '7' ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : undefined;
}

const attributesOf = ({ id, topic, event }: Pick<Message, 'id' | 'topic' | 'event'>) => ({
  'messaging.destination.name': topic,
  'messaging.message.id': id,
  'cloudevents.event_type': event.type,
});

/** Hands facts to the bus, each as a span below the step that told it. Resolves and rejects as `publish` does. */
export async function observePublish(service: string, messages: readonly Message[], publish: () => Promise<void>): Promise<void> {
  const spans = messages.map(message =>
    startSpan({
      service,
      name: `publish ${message.topic}`,
      kind: 'producer',
      parent: message.event.traceparent,
      attributes: { ...attributesOf(message), 'messaging.operation.type': 'send' },
    }),
  );
  try {
    await publish();
  } catch (error) {
    sendFailures.inc({ service });
    for (const span of spans) span.end(error);
    throw error;
  }
  for (const { topic } of messages) factsSent.inc({ service, topic });
  for (const span of spans) span.end();
}

/** Stores what the bus delivered, each fact as a span below the step that told it. Resolves and rejects as `store` does. */
export async function observeReceive(service: string, messages: readonly Message[], store: () => Promise<void>): Promise<void> {
  const spans = messages.map(message =>
    startSpan({
      service,
      name: `receive ${message.topic}`,
      kind: 'consumer',
      parent: message.event.traceparent,
      attributes: { ...attributesOf(message), 'messaging.operation.type': 'receive' },
    }),
  );
  try {
    await store();
  } catch (error) {
    for (const span of spans) span.end(error);
    throw error;
  }
  for (const { topic } of messages) factsReceived.inc({ service, topic });
  for (const span of spans) span.end();
}

/** An attempt of a reaction under way. One that never ends (somebody else has the row) leaves no trace. */
export interface ObservedReaction {
  readonly traceparent: string;
  end(outcome: ReactionOutcome, error?: unknown): void;
}

/** Begins an attempt of a reaction, below the step that told the fact. */
export function observeReaction(service: string, reaction: string, event: CloudEvent): ObservedReaction {
  const begun = performance.now();
  const attributes = { 'messaging.message.id': event.id, 'cloudevents.event_type': event.type, 'messaging.operation.type': 'process' };
  const span = startSpan({ service, name: reaction, kind: 'consumer', parent: event.traceparent, attributes });
  return {
    traceparent: span.traceparent,
    end(outcome, error) {
      reactionDuration.observe({ service, reaction, outcome }, (performance.now() - begun) / 1_000);
      const told = toldAt(event);
      if (outcome === 'done' && told !== undefined) factToEffect.observe({ service, reaction }, Math.max(0, Date.now() - told) / 1_000);
      span.set({ 'ciep.outcome': outcome });
      span.end(error);
    },
  };
}
