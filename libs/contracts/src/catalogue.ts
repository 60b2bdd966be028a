import type { EventType } from './event-type.js';
import { services, type ServiceContract } from './services.js';

const isEventType = (value: unknown): value is EventType => typeof value === 'function' && 'topic' in value && 'schema' in value;

/** Every event type, by its `type`. */
export const eventCatalogue: ReadonlyMap<string, EventType> = new Map(
  Object.values<ServiceContract>(services)
    .flatMap(({ events = {} }) => Object.values(events) as unknown[])
    .filter(isEventType)
    .map(eventType => [eventType.type, eventType]),
);

/** Events that concern somebody: each audience gets a mail if there is a template for it. */
export const addressedEvents: readonly EventType[] = [...eventCatalogue.values()].filter(
  ({ recipients: { concerns = {} } }) => Object.keys(concerns).length > 0,
);

/** Events that portals may subscribe to. */
export const portalEvents: readonly EventType[] = [...eventCatalogue.values()].filter(({ recipients }) => recipients.portals === true);

/** The production settings of every topic. More partitions later would move keys to other partitions and break their order. */
export const topicSize = {
  partitions: 12,
  replicas: 3,
  config: { 'retention.ms': 14 * 24 * 60 * 60 * 1000, 'min.insync.replicas': 2, 'cleanup.policy': 'delete' },
} as const;
