import type { Rule } from '../checker.js';

const classOf = (reaction: string) => reaction.split('.')[0] ?? '';

/** Every received event takes effect once. */
export const effectRules: readonly Rule[] = [
  {
    name: 'every reaction handles every event once',
    *broken({ events, inbox, listeners }) {
      const received = Map.groupBy(inbox, ({ service, reaction, eventId }) => `${service} ${classOf(reaction)} ${eventId}`);
      for (const { eventId, type } of events) {
        for (const { service, reaction } of listeners.get(type) ?? []) {
          const rows = received.get(`${service} ${reaction} ${eventId}`) ?? [];
          const states = rows.map(({ status }) => status).join(' and ') || 'missing';
          if (states !== 'done') yield `${type} ${eventId} at ${service} ${reaction}: ${states}`;
        }
      }
    },
  },
  {
    name: 'reactions follow the order of a key',
    *broken({ events, inbox }) {
      const published = new Map(events.map(event => [event.eventId, event]));
      const last = new Map<string, number>();
      for (const { service, reaction, key, eventId } of inbox.toSorted((a, b) => a.doneAt - b.doneAt)) {
        // A reaction may take events of several aggregates, and an agreement has the id of its application: topics have no common order.
        const { topic = '', place = 0 } = published.get(eventId) ?? {};
        const lane = `${service} ${reaction} ${topic} ${key}`;
        if ((last.get(lane) ?? 0) > place) yield `${lane}: ${eventId} came after a later event`;
        last.set(lane, place);
      }
    },
  },
  {
    name: 'a reaction changes each aggregate once per event',
    *broken({ events, audit }) {
      const published = new Set(events.map(({ eventId }) => eventId));
      const caused = audit.filter(({ requestId }) => requestId !== null && published.has(requestId));
      for (const [what, entries] of Map.groupBy(
        caused,
        ({ service, action, requestId, id }) => `${service} ${action} ${requestId} at ${id}`,
      ))
        if (entries.length > 1) yield `${what}: ${entries.length} times`;
    },
  },
  {
    name: 'every approval has one invoice',
    *broken({ events, invoices, ended }) {
      const byAllocation = Map.groupBy(invoices, ({ allocationId }) => allocationId);
      for (const { type, data } of events) {
        if (type !== 'ciep.exhibition.application.approved.v1') continue;
        const found = byAllocation.get(String(data['allocationId']))?.length ?? 0;
        const isEnough = found === 1 || (found === 0 && ended.has(String(data['applicationId'])));
        if (!isEnough) yield `allocation ${String(data['allocationId'])} has ${found} invoices`;
      }
    },
  },
  {
    name: 'every mail is sent and every delivery arrives',
    *broken({ mails, deliveries, received }) {
      for (const { id, status, sent } of mails)
        if (status !== 'sent' || sent < 1) yield `mail ${id} is ${status} and was sent ${sent} times`;
      const arrived = new Set(received);
      for (const { webhookId, eventId, status } of deliveries)
        if (status !== 'delivered' || !arrived.has(eventId))
          yield `delivery of ${eventId} to ${webhookId} is ${status} and ${arrived.has(eventId) ? 'arrived' : 'did not arrive'}`;
    },
  },
];
