import { describe, expect, it } from '@jest/globals';
import { contractFacts } from './contract-facts.js';
import { factMakerFaults } from './fact-makers.js';
import { committableFiles } from './tree.js';

describe('facts', () => {
  it('are made by the entities of their service', () => {
    expect(factMakerFaults(committableFiles(), contractFacts())).toEqual([]);
  });

  it("canary: another's fact, and a fact made beside the entity, are found", () => {
    const making = { text: () => 'order.record(invoicePaid({ invoiceId }));' };
    const hearing = { text: () => '@ReactsTo(invoicePaid)\nasync on(data: InvoicePaid) {}' };
    expect(
      factMakerFaults(
        [
          { path: 'apps/billing/src/invoices/invoice.entity.ts', ...making },
          { path: 'apps/billing/src/invoices/pay-invoice.use-case.ts', ...making },
          { path: 'apps/exhibition/src/applications/application.entity.ts', ...making },
          { path: 'apps/exhibition/src/applications/confirm-when-paid.reaction.ts', ...hearing },
          { path: 'apps/exhibition/src/applications/application.spec.ts', ...making },
        ],
        contractFacts(),
      ),
    ).toEqual([
      'apps/billing/src/invoices/pay-invoice.use-case.ts: makes billing.invoice.paid, which only an entity or a service does',
      'apps/exhibition/src/applications/application.entity.ts: makes billing.invoice.paid, a fact of billing',
    ]);
  });
});
