import type { Reader } from '@ciep/platform';
import type { World } from './world.js';

/** What the tables show and the API does not: who has which booth, and the sums of the ledger. */
export interface Books {
  /** The booking of each booth. */
  readonly holders: readonly (number | null)[];
  readonly taken: number;
  readonly beyond: number;
}

/** The same for a world of the model. */
export const booksOf = (world: World): Books => ({
  holders: [0, 1].map(booth => {
    const holder = world.bookings.findIndex(
      ({ application: { status, booth: held } }) => held === booth && (status === 'approved' || status === 'confirmed'),
    );
    return holder < 0 ? null : holder;
  }),
  taken: world.taken,
  beyond: world.beyond,
});

/** Live allocations of each booth. Throws if a booth has two. */
export async function holders(exhibition: Reader, boothIds: readonly string[], ids: readonly string[]): Promise<(number | null)[]> {
  const rows = await exhibition.query<{ booth: string; application: string }[]>(
    'SELECT booth_id AS booth, application_id AS application FROM allocations WHERE booth_id = ANY($1) AND is_live',
    [boothIds],
  );
  return boothIds.map(id => {
    const [row, second] = rows.filter(({ booth }) => booth === id);
    if (second) throw new Error(`booth ${id} is allocated twice`);
    return row ? ids.indexOf(row.application) : null;
  });
}

/**
 * Always true: every booking adds up to zero, an invoice shows its payments and refunds, and the ledger shows what it holds.
 * Throws the first invoice that violates this.
 */
export async function mustBalance(billing: Reader, applicationIds: readonly string[]): Promise<void> {
  const wrong = await billing.query<object[]>(
    `SELECT i.number, i.status, i.received, i.refunded, i.credit, p.sum AS payments, r.sum AS refunds, l.sum AS ledger, l.bank, l.credits
     FROM invoices i,
       LATERAL (SELECT coalesce(sum(amount), 0) AS sum FROM payments WHERE invoice_id = i.id) p,
       LATERAL (SELECT coalesce(sum(amount), 0) AS sum FROM refunds WHERE invoice_id = i.id) r,
       LATERAL (SELECT coalesce(sum(amount), 0) AS sum, coalesce(sum(amount) FILTER (WHERE account = 'bank'), 0) AS bank,
                       coalesce(sum(amount) FILTER (WHERE account = 'credits'), 0) AS credits,
                       coalesce(sum(amount) FILTER (WHERE account IN ('revenue', 'tax')), 0) AS earned
                FROM ledger_entries WHERE invoice_id = i.id) l
     WHERE i.application_id = ANY($1) AND (l.sum <> 0 OR p.sum <> i.received OR r.sum <> i.refunded OR l.bank <> p.sum - r.sum
       OR l.credits <> -i.credit OR l.earned <> CASE WHEN i.status = 'void' THEN 0 ELSE -i.gross END)`,
    [applicationIds],
  );
  if (wrong.length > 0) throw new Error(`the books do not balance: ${JSON.stringify(wrong[0])}`);
}
