import { type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { LedgerRepository, type Occasion } from '../ledger/ledger.repository.js';
import { difference, outOfUnassigned, positionOf } from '../ledger/ledger.rules.js';
import type { Invoice } from './invoice.entity.js';
import { InvoiceRepository } from './invoice.repository.js';

type Cause = Omit<Occasion, 'invoiceId' | 'at'> & { readonly outOfUnassigned?: boolean };

/** The only way to change an invoice: it books the change of money in the same transaction. */
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
    change: (invoice: Readonly<Invoice>, now: Date) => void,
  ): Promise<void> {
    const { balances, at } = await this.invoices.in(tx).update(id, (invoice, at) => {
      const before = positionOf(invoice);
      change(invoice, at);
      return { balances: difference(before, positionOf(invoice)), at };
    });
    await this.ledger.book(tx, moved ? outOfUnassigned(balances) : balances, { ...cause, at, invoiceId: id });
  }
}
