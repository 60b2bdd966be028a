import type { Rule } from '../checker.js';
import type { TopicMessage } from '../evidence.js';

const at = ({ topic, partition, offset }: TopicMessage) => `${topic} ${partition}/${offset}`;

/** Every published event arrives, in order. */
export const messageRules: readonly Rule[] = [
  {
    name: 'every event is on its topic',
    *broken({ events, messages }) {
      const arrived = new Set(messages.map(({ topic, eventId }) => `${topic} ${eventId}`));
      for (const { service, place, eventId, topic, isSent } of events) {
        if (!isSent) yield `${service} ${place} was not sent`;
        else if (!arrived.has(`${topic} ${eventId}`)) yield `${service} ${place} is marked as sent and not on ${topic}`;
      }
    },
  },
  {
    name: 'a topic has only committed events',
    *broken({ events, messages }) {
      const published = new Set(events.map(({ eventId }) => eventId));
      for (const message of messages) if (!published.has(message.eventId)) yield `${at(message)} is in no outbox`;
    },
  },
  {
    name: 'events of one key keep their order',
    *broken({ events, messages }) {
      const placeOf = new Map(events.map(({ eventId, place }) => [eventId, place]));
      const seen = new Set<string>();
      const last = new Map<string, { place: number; partition: number }>();
      for (const message of messages.toSorted((a, b) => a.partition - b.partition || a.offset - b.offset)) {
        const { topic, key, eventId, partition } = message;
        if (seen.has(eventId)) continue;
        seen.add(eventId);
        const place = placeOf.get(eventId) ?? 0;
        const before = last.get(`${topic} ${key}`);
        if (before && before.partition !== partition) yield `${at(message)} is on another partition than what its key said before`;
        if (before && before.place > place) yield `${at(message)} came after a later event of its key`;
        last.set(`${topic} ${key}`, { place, partition });
      }
    },
  },
  {
    name: 'only one leader marks events as sent',
    *broken({ marks }) {
      const by = new Map<string, number>();
      for (const { service, place, backend } of marks) {
        const first = by.get(`${service} ${place}`);
        if (first !== undefined) yield `${service} ${place} was marked as sent by backend ${first}, and again by ${backend}`;
        by.set(`${service} ${place}`, backend);
      }
    },
  },
];
