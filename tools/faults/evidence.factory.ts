import type { Evidence } from './evidence.js';

const approved = 'ciep.exhibition.application.approved.v1';
const submitted = 'ciep.exhibition.application.submitted.v1';

/** The evidence of a short story without faults: drafted, submitted, approved, paid, with all events, mails and webhooks. */
export function aKeptPromise(): Evidence {
  const common = { client: 'exhibitor-1', service: 'exhibition', attempts: 1, outcome: 'ok', status: 200 } as const;
  const ours = { service: 'exhibition', key: 'a1', topic: 'ciep.exhibition.application' } as const;
  const received = { service: 'billing', key: 'a1', status: 'done' } as const;
  const audited = { service: 'exhibition', aggregate: 'application', id: 'a1', action: 'application:apply' } as const;
  return {
    operations: [
      { ...common, id: 1, name: 'application.draft', key: 'k1', begun: 1, ended: 2, mark: 'draft-1', subject: { id: 'a1', version: 1 } },
      { ...common, id: 2, name: 'application.submit', key: 'k2', begun: 3, ended: 4, subject: { id: 'a1', version: 2 } },
      { ...common, id: 3, name: 'application.read', begun: 5, ended: 6, subject: { id: 'a1', version: 2 } },
      { ...common, id: 4, name: 'application.approve', key: 'k3', begun: 7, ended: 8, outcome: 'unknown' },
      { ...common, id: 5, name: 'application.approve', key: 'k4', begun: 9, ended: 10, outcome: 'fail', code: 'booth.taken' },
    ],
    keptAnswers: new Map([
      ['k1', 201],
      ['k2', 200],
      ['k3', 200],
      ['k4', 409],
    ]),
    events: [
      { ...ours, place: 1, eventId: 'e1', type: submitted, isSent: true, data: {} },
      { ...ours, place: 2, eventId: 'e2', type: approved, isSent: true, data: { allocationId: 'l1', applicationId: 'a1' } },
    ],
    messages: [
      { topic: ours.topic, partition: 0, offset: 1, key: 'a1', eventId: 'e1' },
      { topic: ours.topic, partition: 0, offset: 2, key: 'a1', eventId: 'e2' },
      // Sent again after a crash, which is allowed.
      { topic: ours.topic, partition: 0, offset: 3, key: 'a1', eventId: 'e1' },
    ],
    listeners: new Map([
      [submitted, [{ service: 'billing', reaction: 'OpenInvoice' }]],
      [approved, [{ service: 'billing', reaction: 'OpenInvoice' }]],
    ]),
    inbox: [
      { ...received, reaction: 'OpenInvoice.on', eventId: 'e1', type: submitted, doneAt: 1 },
      { ...received, reaction: 'OpenInvoice.on', eventId: 'e2', type: approved, doneAt: 2 },
    ],
    audit: [
      { service: 'billing', aggregate: 'invoice', id: 'i1', version: 1, action: 'OpenInvoice.on', requestId: 'e2' },
      { ...audited, version: 1, requestId: 'q1' },
      { ...audited, version: 2, requestId: 'q2' },
      { ...audited, version: 3, requestId: 'q3' },
    ],
    aggregates: [
      { service: 'exhibition', aggregate: 'application', id: 'a1', version: 3 },
      { service: 'billing', aggregate: 'invoice', id: 'i1', version: 1 },
    ],
    allocations: [{ id: 'l1', boothId: 'b1', applicationId: 'a1', isLive: true }],
    applications: [{ id: 'a1', mark: 'draft-1', status: 'approved', endorsement: 'region', regionCode: '210000', editionId: 'd' }],
    quotas: [{ editionId: 'd', regionCode: '210000', places: 10, taken: 1 }],
    ledger: [
      { bookingId: 'g1', event: 'received', paymentId: 'p1', amount: 100 },
      { bookingId: 'g1', event: 'received', paymentId: 'p1', amount: -100 },
    ],
    invoices: [{ id: 'i1', allocationId: 'l1', applicationId: 'a1', received: 100, refunded: 0 }],
    payments: [{ id: 'p1', mark: 'payment-1', invoiceId: 'i1', amount: 100 }],
    refunds: [],
    ended: new Set(),
    deliveries: [{ webhookId: 'w1', eventId: 'e2', status: 'delivered' }],
    received: ['e2', 'e2'],
    marks: [
      { service: 'exhibition', place: 1, backend: 11 },
      { service: 'exhibition', place: 2, backend: 11 },
    ],
    mails: [{ id: 'm1', eventId: 'e2', status: 'sent', sent: 1 }],
  };
}
