import { DueRows, Job, type DueRow, type Tx } from '@ciep/platform';
import { AccountRepository } from './account.repository.js';

/** Erases the personal data of accounts that were closed 30 days ago; their addresses are free then (docs/rules.md#account-closing). */
@Job()
export class EraseClosedAccounts extends DueRows<DueRow> {
  override readonly everySeconds = 60;

  constructor(private readonly accounts: AccountRepository) {
    super();
  }

  async claim(tx: Tx, now: Date, skip: readonly string[]): Promise<DueRow | undefined> {
    const [row] = await tx.query<DueRow[]>(
      `SELECT id FROM accounts WHERE status = 'closed' AND closed_at <= $1::timestamptz - interval '30 days' AND NOT id = ANY($2::uuid[])
        ORDER BY closed_at LIMIT 1 FOR UPDATE SKIP LOCKED`,
      [now, skip],
    );
    return row;
  }

  async handle({ id }: DueRow, tx: Tx): Promise<void> {
    await tx.query('DELETE FROM mail_changes WHERE account_id = $1', [id]);
    await this.accounts.in(tx).update(id, account => account.erase());
  }
}
