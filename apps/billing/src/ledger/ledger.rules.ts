/** The accounts of the ledger. Debits are positive, credits negative; the rows of one booking add up to zero. */
export const ledgerAccounts = ['bank', 'unassigned', 'receivable', 'revenue', 'tax', 'credits'] as const;
export type LedgerAccount = (typeof ledgerAccounts)[number];
export type Balances = Partial<Record<LedgerAccount, number>>;

/** The ledger position of an invoice. */
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
 * The position of an invoice per account; it always adds up to zero. A change is booked as the difference of the positions before and after
 * it, so the ledger cannot miss any kind of change.
 */
export const positionOf = (invoice: Booked): Record<Exclude<LedgerAccount, 'unassigned'>, number> => ({
  bank: invoice.received - invoice.refunded,
  receivable: (invoice.asksForMoney ? invoice.gross : 0) + invoice.credit + invoice.refunded - invoice.received,
  revenue: invoice.asksForMoney ? -invoice.net : 0,
  tax: invoice.asksForMoney ? -invoice.tax : 0,
  credits: -invoice.credit,
});

/** The booking from one position to another, without unchanged accounts. */
export function difference(before: Balances, after: Balances): Balances {
  const moves = ledgerAccounts.map(account => [account, (after[account] ?? 0) - (before[account] ?? 0)] as const);
  return Object.fromEntries(moves.filter(([, amount]) => amount !== 0));
}

/** Money assigned now was received earlier, so it leaves the account of unassigned money. */
export const outOfUnassigned = ({ bank = 0, ...others }: Balances): Balances => ({ ...others, unassigned: bank });
