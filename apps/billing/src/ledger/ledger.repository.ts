import { newId } from '@ciep/kernel';
import { type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { Balances } from './ledger.rules.js';

/** The cause of a booking, and the records it belongs to. */
export interface Occasion {
  readonly event: 'opened' | 'voided' | 'received' | 'assigned' | 'reinstated' | 'credited' | 'refunded';
  readonly at: Date;
  readonly invoiceId?: string;
  readonly paymentId?: string;
  readonly refundId?: string;
}

@Injectable()
export class LedgerRepository {
  /** Appends one booking; the database refuses the commit if its rows do not add up to zero. */
  async book(tx: Tx, balances: Balances, occasion: Occasion): Promise<void> {
    const moves = Object.entries(balances);
    if (moves.length === 0) return;
    await tx.query(
      `INSERT INTO ledger_entries (booking_id, event, booked_at, invoice_id, payment_id, refund_id, account, amount)
       SELECT $1, $2, $3, $4, $5, $6, move.account, move.amount FROM unnest($7::text[], $8::bigint[]) AS move(account, amount)`,
      [
        newId(),
        occasion.event,
        occasion.at,
        occasion.invoiceId ?? null,
        occasion.paymentId ?? null,
        occasion.refundId ?? null,
        moves.map(([account]) => account),
        moves.map(([, amount]) => String(amount)),
      ],
    );
  }
}
