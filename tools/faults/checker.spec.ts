import { describe, expect, it } from '@jest/globals';
import { violationsOf, rules } from './checker.js';
import { aKeptPromise } from './evidence.factory.js';
import type { Evidence } from './evidence.js';

type Change = (evidence: Evidence) => Partial<Evidence>;

/** Each entry breaks the evidence of a short story in one way; the named rule must report it. */
const broken: readonly (readonly [rule: string, how: string, change: Change])[] = [
  ['an acknowledged write is stored exactly once', 'its row is lost', ({ applications }) => ({ applications: applications.slice(1) })],
  [
    'an acknowledged write is stored exactly once',
    'its row exists twice',
    ({ applications }) => ({ applications: [...applications, ...applications] }),
  ],
  ['an acknowledged write is stored exactly once', 'its key is lost', () => ({ keptAnswers: new Map() })],
  [
    'an acknowledged write is stored exactly once',
    'the acknowledged version is not in the audit trail',
    ({ audit }) => ({ audit: audit.filter(({ version }) => version !== 2) }),
  ],
  [
    'a refused write leaves nothing',
    'its effect exists',
    ({ operations }) => ({ operations: operations.map(one => (one.mark === 'draft-1' ? { ...one, outcome: 'fail' } : one)) }),
  ],
  [
    'a write with unknown outcome happens once or not at all',
    'its effect exists twice',
    ({ operations, applications }) => ({
      operations: operations.map(one => (one.mark === 'draft-1' ? { ...one, outcome: 'unknown' } : one)),
      applications: [...applications, ...applications],
    }),
  ],
  [
    'a write with unknown outcome happens once or not at all',
    'its key exists without its effect',
    ({ operations }) => ({
      operations: operations.map(one => (one.mark === 'draft-1' ? { ...one, outcome: 'unknown' } : one)),
      applications: [],
    }),
  ],
  [
    'a client reads its own acknowledged writes',
    'a read goes back in time',
    ({ operations }) => ({
      operations: operations.map(one => (one.key === undefined ? { ...one, subject: { id: 'a1', version: 1 } } : one)),
    }),
  ],
  ['every event is on its topic', 'it was never sent', ({ events }) => ({ events: events.map(event => ({ ...event, isSent: false })) })],
  [
    'every event is on its topic',
    'it was marked but not sent',
    ({ messages }) => ({ messages: messages.filter(({ eventId }) => eventId !== 'e1') }),
  ],
  ['a topic has only committed events', 'an event without an outbox row', ({ events }) => ({ events: events.slice(1) })],
  [
    'events of one key keep their order',
    'the later one arrived first',
    ({ messages }) => ({ messages: messages.map(message => ({ ...message, offset: message.eventId === 'e2' ? 0 : message.offset })) }),
  ],
  [
    'events of one key keep their order',
    'they are on two partitions',
    ({ messages }) => ({ messages: messages.map((message, index) => ({ ...message, partition: index })) }),
  ],
  [
    'only one leader marks events as sent',
    'two leaders do',
    ({ marks }) => ({ marks: [...marks, ...marks.map(mark => ({ ...mark, backend: 99 }))] }),
  ],
  ['every reaction handles every event once', 'an event was never received', ({ inbox }) => ({ inbox: inbox.slice(1) })],
  [
    'every reaction handles every event once',
    'an event is a dead letter',
    ({ inbox }) => ({ inbox: inbox.map(row => ({ ...row, status: 'dead_lettered' })) }),
  ],
  ['every reaction handles every event once', 'an event was handled twice', ({ inbox }) => ({ inbox: [...inbox, ...inbox] })],
  [
    'reactions follow the order of a key',
    'the later event came first',
    ({ inbox }) => ({ inbox: inbox.map(row => ({ ...row, doneAt: 10 - row.doneAt })) }),
  ],
  [
    'a reaction changes each aggregate once per event',
    'an aggregate changed twice',
    ({ audit }) => ({ audit: audit.flatMap(entry => (entry.requestId === 'e2' ? [entry, { ...entry, version: 2 }] : [entry])) }),
  ],
  ['every approval has one invoice', 'it has none', () => ({ invoices: [] })],
  [
    'every approval has one invoice',
    'it has two',
    ({ invoices }) => ({ invoices: [...invoices, ...invoices.map(one => ({ ...one, id: 'i2' }))] }),
  ],
  [
    'every mail is sent and every delivery arrives',
    'a mail waits',
    ({ mails }) => ({ mails: mails.map(mail => ({ ...mail, status: 'waiting' })) }),
  ],
  ['every mail is sent and every delivery arrives', 'a delivery never arrived', () => ({ received: [] })],
  [
    'a booth has one live allocation, and an application one',
    'two applications have the booth',
    ({ allocations }) => ({ allocations: [...allocations, { id: 'l2', boothId: 'b1', applicationId: 'a2', isLive: true }] }),
  ],
  [
    'a booth has one live allocation, and an application one',
    'an application has two booths',
    ({ allocations }) => ({ allocations: [...allocations, { id: 'l2', boothId: 'b2', applicationId: 'a1', isLive: true }] }),
  ],
  [
    'exactly the approved applications have a booth',
    'its booth is missing',
    ({ allocations }) => ({ allocations: allocations.map(one => ({ ...one, isLive: false })) }),
  ],
  [
    'no region uses more places than it has, and each used place has an application',
    'eleven of ten places are used',
    ({ quotas }) => ({ quotas: quotas.map(quota => ({ ...quota, taken: 11 })) }),
  ],
  [
    'no region uses more places than it has, and each used place has an application',
    'a place is lost',
    ({ quotas }) => ({ quotas: quotas.map(quota => ({ ...quota, taken: 0 })) }),
  ],
  ['the ledger adds up', 'half a booking is missing', ({ ledger }) => ({ ledger: ledger.slice(1) })],
  [
    'the ledger adds up',
    'a payment booked twice',
    ({ ledger }) => ({ ledger: [...ledger, ...ledger.map(entry => ({ ...entry, bookingId: 'again' }))] }),
  ],
  ['the ledger adds up', 'a payment never booked', () => ({ ledger: [] })],
  [
    'an invoice shows its payments and refunds',
    'it counts a payment twice',
    ({ invoices }) => ({ invoices: invoices.map(invoice => ({ ...invoice, received: 200 })) }),
  ],
  [
    'an invoice shows its payments and refunds',
    'it misses a refund',
    ({ refunds }) => ({ refunds: [...refunds, { id: 'r1', mark: 'refund-1', invoiceId: 'i1', amount: 5 }] }),
  ],
  ['every change is in the audit trail once', 'a change is missing', ({ audit }) => ({ audit: audit.slice(0, -1) })],
  ['every change is in the audit trail once', 'a change is there twice', ({ audit }) => ({ audit: [...audit, ...audit] })],
];

describe('the checker', () => {
  it('finds nothing wrong when every promise was kept', () => {
    expect(violationsOf(aKeptPromise())).toEqual([]);
  });

  it.each(broken)('reports a broken promise: %s (%s)', (rule, _how, change) => {
    const story = aKeptPromise();
    expect(violationsOf({ ...story, ...change(story) }).map(violation => violation.rule)).toContain(rule);
  });

  it('has a case of a broken promise for every rule', () => {
    expect(new Set(broken.map(([rule]) => rule))).toEqual(new Set(rules.map(({ name }) => name)));
  });
});
