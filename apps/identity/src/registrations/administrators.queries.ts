import { seeds } from '@ciep/contracts';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';

/** The administrators of the platform, and the invited ones. */
@Injectable()
export class AdministratorQueries {
  /** Serializes appointments of administrators until this transaction ends. */
  async holdAppointment(tx: Tx): Promise<void> {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('platform administrator', 0))`);
  }

  /** Whether an account with another address is administrator. */
  async othersExist(tx: Tx, mailKey: string): Promise<boolean> {
    const rows = await tx.query<unknown[]>(
      `SELECT 1 FROM accounts a JOIN memberships m ON m.account_id = a.id
        WHERE a.status = 'active' AND 'platform_admin' = ANY (m.roles) AND a.mail_key <> $1 LIMIT 1`,
      [mailKey],
    );
    return rows.length > 0;
  }

  /** The first membership of the account with this address. */
  async membershipOf(tx: Tx, mailKey: string): Promise<string | undefined> {
    const [row] = await tx.query<{ id: string }[]>(
      'SELECT m.id FROM memberships m JOIN accounts a ON a.id = m.account_id WHERE a.mail_key = $1 ORDER BY m.created_at, m.id LIMIT 1',
      [mailKey],
    );
    return row?.id;
  }

  /** The invitations that are still open. */
  invitations(tx: Tx): Promise<{ id: string; mailKey: string }[]> {
    return tx.query(`SELECT id, mail_key AS "mailKey" FROM registrations WHERE status = 'open' AND role = 'platform_admin' ORDER BY id`);
  }

  /** The executor's organisation: the one set up for it, or one that registered with its credit code. */
  async executor(tx: Tx, creditCode: string | null): Promise<string | undefined> {
    const [row] = await tx.query<{ id: string }[]>(
      `SELECT id FROM organisations WHERE id = $1 OR (status = 'active' AND credit_code = $2) ORDER BY (id = $1) DESC LIMIT 1`,
      [seeds.organizer, creditCode],
    );
    return row?.id;
  }
}
