import type { Rule } from '../checker.js';

const classOf = (reaction: string) => reaction.split('.')[0] ?? '';

/** What is heard has its effect, once. */
export const effectRules: readonly Rule[] = [
  {
    name: 'every reaction dealt with every fact, once',
    *broken({ facts, inbox, listeners }) {
      const heard = Map.groupBy(inbox, ({ service, reaction, eventId }) => `${service} ${classOf(reaction)} ${eventId}`);
      for (const { eventId, type } of facts) {
        for (const { service, reaction } of listeners.get(type) ?? []) {
          const rows = heard.get(`${service} ${reaction} ${eventId}`) ?? [];
          const states = rows.map(({ status }) => status).join(' and ') || 'missing';
          if (states !== 'done') yield `${type} ${eventId} at ${service} ${reaction}: ${states}`;
        }
      }
    },
  },
  {
    name: 'reactions follow the order of a key',
    *broken({ facts, inbox }) {
      const placeOf = new Map(facts.map(({ eventId, place }) => [eventId, place]));
      const last = new Map<string, number>();
      for (const { service, reaction, key, eventId } of inbox.toSorted((a, b) => a.doneAt - b.doneAt)) {
        const lane = `${service} ${reaction} ${key}`;
        const place = placeOf.get(eventId) ?? 0;
        if ((last.get(lane) ?? 0) > place) yield `${lane}: ${eventId} came after a later fact`;
        last.set(lane, place);
      }
    },
  },
  {
    name: 'a reaction changed each thing once for each fact',
    *broken({ facts, audit }) {
      const told = new Set(facts.map(({ eventId }) => eventId));
      const caused = audit.filter(({ requestId }) => requestId !== null && told.has(requestId));
      for (const [what, entries] of Map.groupBy(
        caused,
        ({ service, action, requestId, id }) => `${service} ${action} ${requestId} at ${id}`,
      ))
        if (entries.length > 1) yield `${what}: ${entries.length} times`;
    },
  },
  {
    name: 'every approval has one invoice',
    *broken({ facts, invoices, ended }) {
      const byAllocation = Map.groupBy(invoices, ({ allocationId }) => allocationId);
      for (const { type, data } of facts) {
        if (type !== 'ciep.exhibition.application.approved.v1') continue;
        const found = byAllocation.get(String(data['allocationId']))?.length ?? 0;
        const isEnough = found === 1 || (found === 0 && ended.has(String(data['applicationId'])));
        if (!isEnough) yield `allocation ${String(data['allocationId'])} has ${found} invoices`;
      }
    },
  },
  {
    name: 'every mail was sent, and every delivery arrived',
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
