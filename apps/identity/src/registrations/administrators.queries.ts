import { seeds } from '@ciep/contracts';
import { Clock } from '@ciep/kernel';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { inForce } from '../role-grants/in-force.rules.js';

/** The administrators of the platform, and the invited ones. */
@Injectable()
export class AdministratorQueries {
  constructor(private readonly clock: Clock) {}

  /** Whether an account with another address is administrator. */
  async othersExist(tx: Tx, mailKey: string): Promise<boolean> {
    const rows = await tx.query<unknown[]>(
      `SELECT 1 FROM role_grants g JOIN accounts a ON a.id = g.account_id AND a.status = 'active'
        WHERE g.role = 'platform_admin' AND a.mail_key <> $1 AND ${inForce('$2')} LIMIT 1`,
      [mailKey, this.clock.now()],
    );
    return rows.length > 0;
  }

  /** The first membership of the account with this address. */
  async membershipOf(tx: Tx, mailKey: string): Promise<{ accountId: string; organisationId: string } | undefined> {
    const [row] = await tx.query<{ accountId: string; organisationId: string }[]>(
      `SELECT m.account_id AS "accountId", m.organisation_id AS "organisationId"
         FROM memberships m JOIN accounts a ON a.id = m.account_id WHERE a.mail_key = $1 ORDER BY m.created_at, m.id LIMIT 1`,
      [mailKey],
    );
    return row;
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
