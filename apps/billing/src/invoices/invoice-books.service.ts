import { type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { LedgerRepository, type Occasion } from '../ledger/ledger.repository.js';
import { difference, outOfUnassigned, positionOf } from '../ledger/ledger.rules.js';
import type { Invoice } from './invoice.entity.js';
import { InvoiceRepository } from './invoice.repository.js';

type Cause = Omit<Occasion, 'invoiceId'> & { readonly outOfUnassigned?: boolean };

/** The one way to change an invoice: whatever the change does to money is booked in the same transaction. */
@Injectable()
export class InvoiceBooks {
  constructor(
    private readonly invoices: InvoiceRepository,
    private readonly ledger: LedgerRepository,
  ) {}

  async open(tx: Tx, invoice: Invoice): Promise<void> {
    await this.invoices.in(tx).insert(invoice);
    await this.ledger.book(tx, difference({}, positionOf(invoice)), { event: 'opened', at: invoice.openedAt, invoiceId: invoice.id });
  }

  async change(
    tx: Tx,
    id: string,
    { outOfUnassigned: moved = false, ...cause }: Cause,
    change: (invoice: Readonly<Invoice>) => void,
  ): Promise<void> {
    const balances = await this.invoices.in(tx).update(id, invoice => {
      const before = positionOf(invoice);
      change(invoice);
      return difference(before, positionOf(invoice));
    });
    await this.ledger.book(tx, moved ? outOfUnassigned(balances) : balances, { ...cause, invoiceId: id });
  }
}
