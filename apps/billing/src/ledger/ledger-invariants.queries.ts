import type { Invariant } from '@ciep/platform';

const none = '00000000-0000-0000-0000-000000000000';
const booked = (account: string) => `coalesce(sum(amount) FILTER (WHERE account IN (${account})), 0)`;

/** Recomputes the books (docs/rules.md#invoice). They only grow, so they are read page by page. */
export const ledgerInvariants: readonly Invariant[] = [
  {
    name: 'booking_adds_up',
    holds: 'the entries of a booking add up to zero',
    violations: `SELECT booking_id AS id FROM ledger_entries
      WHERE booking_id = ANY (ARRAY(SELECT DISTINCT booking_id FROM ledger_entries WHERE id > $1 AND id <= $2)) GROUP BY booking_id HAVING sum(amount) <> 0`,
    pages: { of: 'ledger_entries', after: '0', size: 5_000 },
  },
  {
    name: 'invoice_stands_as_booked',
    holds: 'the amounts of an invoice that are due, received and to be refunded agree with the ledger',
    violations: `
      SELECT i.id FROM invoices i CROSS JOIN LATERAL (
        SELECT ${booked(`'bank', 'unassigned'`)} AS held, ${booked(`'revenue'`)} AS revenue, ${booked(`'tax'`)} AS tax, ${booked(`'credits'`)} AS credits
        FROM ledger_entries WHERE invoice_id = i.id) l
      WHERE i.id > $1 AND i.id <= $2 AND (l.held <> i.received - i.refunded OR l.credits <> -i.credit
         OR l.revenue <> CASE i.status WHEN 'void' THEN 0 ELSE -i.net END OR l.tax <> CASE i.status WHEN 'void' THEN 0 ELSE -i.tax END)`,
    pages: { of: 'invoices', after: none, size: 1_000 },
  },
  {
    name: 'invoice_has_its_payments',
    holds: 'the received and refunded amounts of an invoice are the sums of its payments and refunds',
    violations: `
      SELECT i.id FROM invoices i
        CROSS JOIN LATERAL (SELECT coalesce(sum(amount), 0) AS paid FROM payments WHERE invoice_id = i.id) p
        CROSS JOIN LATERAL (SELECT coalesce(sum(amount), 0) AS refunded FROM refunds WHERE invoice_id = i.id) r
      WHERE i.id > $1 AND i.id <= $2 AND (i.received <> p.paid OR i.refunded <> r.refunded)`,
    pages: { of: 'invoices', after: none, size: 1_000 },
  },
];
