import type { Invariant } from '@ciep/platform';

const booked = (account: string) => `coalesce(sum(amount) FILTER (WHERE account IN (${account})), 0)`;

/** The books, added up anew (docs/rules.md#invoice). */
export const ledgerInvariants: readonly Invariant[] = [
  {
    name: 'booking_adds_up',
    holds: 'the entries of a booking add up to zero',
    violations: 'SELECT booking_id AS id FROM ledger_entries GROUP BY booking_id HAVING sum(amount) <> 0',
  },
  {
    name: 'invoice_stands_as_booked',
    holds: 'what an invoice asks for, has received and owes back is what the ledger says',
    violations: `
      SELECT i.id FROM invoices i LEFT JOIN (
        SELECT invoice_id, ${booked(`'bank', 'unassigned'`)} AS held, ${booked(`'revenue'`)} AS revenue, ${booked(`'tax'`)} AS tax,
               ${booked(`'credits'`)} AS credits
        FROM ledger_entries WHERE invoice_id IS NOT NULL GROUP BY invoice_id) l ON l.invoice_id = i.id
      WHERE coalesce(l.held, 0) <> i.received - i.refunded OR coalesce(l.credits, 0) <> -i.credit
         OR coalesce(l.revenue, 0) <> CASE i.status WHEN 'void' THEN 0 ELSE -i.net END
         OR coalesce(l.tax, 0) <> CASE i.status WHEN 'void' THEN 0 ELSE -i.tax END`,
  },
  {
    name: 'invoice_has_its_payments',
    holds: 'what an invoice has received and given back is the sum of its payments and refunds',
    violations: `
      SELECT i.id FROM invoices i
        LEFT JOIN (SELECT invoice_id, sum(amount) AS paid FROM payments WHERE invoice_id IS NOT NULL GROUP BY invoice_id) p ON p.invoice_id = i.id
        LEFT JOIN (SELECT invoice_id, sum(amount) AS refunded FROM refunds GROUP BY invoice_id) r ON r.invoice_id = i.id
      WHERE i.received <> coalesce(p.paid, 0) OR i.refunded <> coalesce(r.refunded, 0)`,
  },
];
