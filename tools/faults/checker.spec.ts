import { describe, expect, it } from '@jest/globals';
import { judge, rules } from './checker.js';
import { aKeptPromise } from './evidence.factory.js';
import type { Evidence } from './evidence.js';

type Change = (evidence: Evidence) => Partial<Evidence>;

/** Each spoils the evidence of a short story in one way; the rule it breaks must say so. */
const broken: readonly (readonly [rule: string, how: string, change: Change])[] = [
  ['an acknowledged write is there, once', 'its row is lost', ({ applications }) => ({ applications: applications.slice(1) })],
  [
    'an acknowledged write is there, once',
    'its row is there twice',
    ({ applications }) => ({ applications: [...applications, ...applications] }),
  ],
  ['an acknowledged write is there, once', 'its key is lost', () => ({ keptAnswers: new Map() })],
  [
    'an acknowledged write is there, once',
    'the version it was told is not in the audit trail',
    ({ audit }) => ({ audit: audit.filter(({ version }) => version !== 2) }),
  ],
  [
    'a refused write left nothing',
    'its effect is there',
    ({ operations }) => ({ operations: operations.map(one => (one.mark === 'draft-1' ? { ...one, outcome: 'fail' } : one)) }),
  ],
  [
    'a write with unknown outcome happened once or not at all',
    'twice',
    ({ operations, applications }) => ({
      operations: operations.map(one => (one.mark === 'draft-1' ? { ...one, outcome: 'unknown' } : one)),
      applications: [...applications, ...applications],
    }),
  ],
  [
    'a write with unknown outcome happened once or not at all',
    'its key without its effect',
    ({ operations }) => ({
      operations: operations.map(one => (one.mark === 'draft-1' ? { ...one, outcome: 'unknown' } : one)),
      applications: [],
    }),
  ],
  [
    'who was answered reads his own write',
    'a read goes back in time',
    ({ operations }) => ({
      operations: operations.map(one => (one.key === undefined ? { ...one, subject: { id: 'a1', version: 1 } } : one)),
    }),
  ],
  ['every fact is on its topic', 'it was never sent', ({ facts }) => ({ facts: facts.map(fact => ({ ...fact, isSent: false })) })],
  [
    'every fact is on its topic',
    'it was marked and not sent',
    ({ messages }) => ({ messages: messages.filter(({ eventId }) => eventId !== 'e1') }),
  ],
  ['nothing is on a topic that nobody committed', 'a ghost', ({ facts }) => ({ facts: facts.slice(1) })],
  [
    'facts of one key keep their order',
    'the later one came first',
    ({ messages }) => ({ messages: messages.map(message => ({ ...message, offset: message.eventId === 'e2' ? 0 : message.offset })) }),
  ],
  [
    'facts of one key keep their order',
    'they lie on two partitions',
    ({ messages }) => ({ messages: messages.map((message, index) => ({ ...message, partition: index })) }),
  ],
  ['one leader marks', 'two do', ({ marks }) => ({ marks: [...marks, ...marks.map(mark => ({ ...mark, backend: 99 }))] })],
  ['every reaction dealt with every fact, once', 'never heard', ({ inbox }) => ({ inbox: inbox.slice(1) })],
  ['every reaction dealt with every fact, once', 'parked', ({ inbox }) => ({ inbox: inbox.map(row => ({ ...row, status: 'parked' })) })],
  ['every reaction dealt with every fact, once', 'heard twice', ({ inbox }) => ({ inbox: [...inbox, ...inbox] })],
  [
    'reactions follow the order of a key',
    'the later fact first',
    ({ inbox }) => ({ inbox: inbox.map(row => ({ ...row, doneAt: 10 - row.doneAt })) }),
  ],
  [
    'a reaction changed each thing once for each fact',
    'twice',
    ({ audit }) => ({ audit: audit.flatMap(entry => (entry.requestId === 'e2' ? [entry, { ...entry, version: 2 }] : [entry])) }),
  ],
  ['every approval has one invoice', 'none', () => ({ invoices: [] })],
  [
    'every approval has one invoice',
    'two',
    ({ invoices }) => ({ invoices: [...invoices, ...invoices.map(one => ({ ...one, id: 'i2' }))] }),
  ],
  [
    'every mail was sent, and every delivery arrived',
    'a mail waits',
    ({ mails }) => ({ mails: mails.map(mail => ({ ...mail, status: 'waiting' })) }),
  ],
  ['every mail was sent, and every delivery arrived', 'a delivery never came', () => ({ received: [] })],
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
    'who is approved has a booth, and nobody else',
    'it was taken away',
    ({ allocations }) => ({ allocations: allocations.map(one => ({ ...one, isLive: false })) }),
  ],
  [
    'no region takes more places than it has, and each taken one is somebody',
    'eleven of ten',
    ({ quotas }) => ({ quotas: quotas.map(quota => ({ ...quota, taken: 11 })) }),
  ],
  [
    'no region takes more places than it has, and each taken one is somebody',
    'a place is lost',
    ({ quotas }) => ({ quotas: quotas.map(quota => ({ ...quota, taken: 0 })) }),
  ],
  ['the ledger adds up', 'half a booking', ({ ledger }) => ({ ledger: ledger.slice(1) })],
  [
    'the ledger adds up',
    'a payment booked twice',
    ({ ledger }) => ({ ledger: [...ledger, ...ledger.map(entry => ({ ...entry, bookingId: 'again' }))] }),
  ],
  ['the ledger adds up', 'a payment never booked', () => ({ ledger: [] })],
  [
    'an invoice has received its payments, and sent back its refunds',
    'it counts a payment twice',
    ({ invoices }) => ({ invoices: invoices.map(invoice => ({ ...invoice, received: 200 })) }),
  ],
  [
    'an invoice has received its payments, and sent back its refunds',
    'it forgot a refund',
    ({ refunds }) => ({ refunds: [...refunds, { id: 'r1', mark: 'refund-1', invoiceId: 'i1', amount: 5 }] }),
  ],
  ['every change is in the audit trail, once', 'a change without', ({ audit }) => ({ audit: audit.slice(0, -1) })],
  ['every change is in the audit trail, once', 'twice', ({ audit }) => ({ audit: [...audit, ...audit] })],
];

describe('the checker', () => {
  it('finds nothing wrong with a story in which every promise was kept', () => {
    expect(judge(aKeptPromise())).toEqual([]);
  });

  it.each(broken)('sees it when this is broken: %s (%s)', (rule, _how, change) => {
    const story = aKeptPromise();
    expect(judge({ ...story, ...change(story) }).map(violation => violation.rule)).toContain(rule);
  });

  it('has a story of a broken promise for every rule', () => {
    expect(new Set(broken.map(([rule]) => rule))).toEqual(new Set(rules.map(({ name }) => name)));
  });
});
