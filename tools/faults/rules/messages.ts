import type { Rule } from '../checker.js';
import type { TopicMessage } from '../evidence.js';

const at = ({ topic, partition, offset }: TopicMessage) => `${topic} ${partition}/${offset}`;

/** What is told arrives, in order. */
export const messageRules: readonly Rule[] = [
  {
    name: 'every fact is on its topic',
    *broken({ facts, messages }) {
      const arrived = new Set(messages.map(({ topic, eventId }) => `${topic} ${eventId}`));
      for (const { service, place, eventId, topic, isSent } of facts) {
        if (!isSent) yield `${service} ${place} was not sent`;
        else if (!arrived.has(`${topic} ${eventId}`)) yield `${service} ${place} is marked as sent and not on ${topic}`;
      }
    },
  },
  {
    name: 'nothing is on a topic that nobody committed',
    *broken({ facts, messages }) {
      const told = new Set(facts.map(({ eventId }) => eventId));
      for (const message of messages) if (!told.has(message.eventId)) yield `${at(message)} is in no outbox`;
    },
  },
  {
    name: 'facts of one key keep their order',
    *broken({ facts, messages }) {
      const placeOf = new Map(facts.map(({ eventId, place }) => [eventId, place]));
      const seen = new Set<string>();
      const last = new Map<string, { place: number; partition: number }>();
      for (const message of messages.toSorted((a, b) => a.partition - b.partition || a.offset - b.offset)) {
        const { topic, key, eventId, partition } = message;
        if (seen.has(eventId)) continue;
        seen.add(eventId);
        const place = placeOf.get(eventId) ?? 0;
        const before = last.get(`${topic} ${key}`);
        if (before && before.partition !== partition) yield `${at(message)} is on another partition than what its key said before`;
        if (before && before.place > place) yield `${at(message)} came after a later fact of its key`;
        last.set(`${topic} ${key}`, { place, partition });
      }
    },
  },
  {
    name: 'one leader marks',
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
