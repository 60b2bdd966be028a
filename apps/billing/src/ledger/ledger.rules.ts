/** The accounts of the ledger. Debits are positive, credits negative; the rows of one booking add up to zero. */
export const ledgerAccounts = ['bank', 'unassigned', 'receivable', 'revenue', 'tax', 'credits'] as const;
export type LedgerAccount = (typeof ledgerAccounts)[number];
export type Balances = Partial<Record<LedgerAccount, number>>;

/** What an invoice must stand at in the ledger. */
interface Booked {
  readonly asksForMoney: boolean;
  readonly net: number;
  readonly tax: number;
  readonly gross: number;
  readonly received: number;
  readonly refunded: number;
  readonly credit: number;
}

/**
 * Where an invoice stands, account by account; always adds up to zero. A change of an invoice is booked as the difference of the
 * positions before and after it, so that no kind of change can be forgotten in the ledger.
 */
export const positionOf = (invoice: Booked): Record<Exclude<LedgerAccount, 'unassigned'>, number> => ({
  bank: invoice.received - invoice.refunded,
  receivable: (invoice.asksForMoney ? invoice.gross : 0) + invoice.credit + invoice.refunded - invoice.received,
  revenue: invoice.asksForMoney ? -invoice.net : 0,
  tax: invoice.asksForMoney ? -invoice.tax : 0,
  credits: -invoice.credit,
});

/** The booking that leads from one position to another; accounts that do not move are left out. */
export function difference(before: Balances, after: Balances): Balances {
  const moves = ledgerAccounts.map(account => [account, (after[account] ?? 0) - (before[account] ?? 0)] as const);
  return Object.fromEntries(moves.filter(([, amount]) => amount !== 0));
}

/** Money that is assigned now came to the bank earlier: it leaves the account of unassigned money instead. */
export const outOfUnassigned = ({ bank = 0, ...others }: Balances): Balances => ({ ...others, unassigned: bank });
