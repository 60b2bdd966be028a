import { describe, expect, it } from '@jest/globals';
import { contractEvents } from './contract-events.js';
import { eventMakerFaults } from './event-makers.js';
import { committableFiles } from './tree.js';

describe('events', () => {
  it('are made by the entities of their service', () => {
    expect(eventMakerFaults(committableFiles(), contractEvents())).toEqual([]);
  });

  it('canary: an event of another service, and one made outside an entity, are found', () => {
    const making = { text: () => 'order.record(invoicePaid({ invoiceId }));' };
    const consuming = { text: () => '@ReactsTo(invoicePaid)\nasync on(data: InvoicePaid) {}' };
    expect(
      eventMakerFaults(
        [
          { path: 'apps/billing/src/invoices/invoice.entity.ts', ...making },
          { path: 'apps/billing/src/invoices/pay-invoice.use-case.ts', ...making },
          { path: 'apps/exhibition/src/applications/application.entity.ts', ...making },
          { path: 'apps/exhibition/src/applications/confirm-when-paid.reaction.ts', ...consuming },
          { path: 'apps/exhibition/src/applications/application.spec.ts', ...making },
        ],
        contractEvents(),
      ),
    ).toEqual([
      'apps/billing/src/invoices/pay-invoice.use-case.ts: makes billing.invoice.paid, which only an entity or a service does',
      'apps/exhibition/src/applications/application.entity.ts: makes billing.invoice.paid, an event of billing',
    ]);
  });
});
