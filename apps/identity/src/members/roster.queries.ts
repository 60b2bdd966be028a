import { NotFound } from '@ciep/kernel';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';

/** What decisions about the members of an organisation are made from. */
@Injectable()
export class Roster {
  /**
   * Serializes what changes who belongs to an organisation until this transaction ends, so that two administrators cannot both be the one
   * who is left when they go at once. Says whether the organisation is active. Throws `NotFound` for one that is not the caller's `own`.
   */
  async hold(tx: Tx, organisationId: string, own = organisationId): Promise<boolean> {
    const [row] = await tx.query<{ isActive: boolean }[]>(
      `SELECT status = 'active' AS "isActive" FROM organisations WHERE id = $1 AND id = $2 FOR NO KEY UPDATE`,
      [organisationId, own],
    );
    if (!row) throw new NotFound('organisation', organisationId);
    return row.isActive;
  }

  /** Whether the organisation is active, without waiting for others. */
  async isActive(tx: Tx, organisationId: string): Promise<boolean> {
    const rows = await tx.query<unknown[]>(`SELECT 1 FROM organisations WHERE id = $1 AND status = 'active'`, [organisationId]);
    return rows.length > 0;
  }

  /** Whether no other member than this one, who can log in, is administrator. */
  async isOnlyAdministrator(tx: Tx, organisationId: string, memberId: string): Promise<boolean> {
    const others = await tx.query<unknown[]>(
      `SELECT 1 FROM memberships m JOIN accounts a ON a.id = m.account_id AND a.status = 'active'
        WHERE m.organisation_id = $1 AND m.id <> $2 AND 'organisation_admin' = ANY (m.roles) LIMIT 1`,
      [organisationId, memberId],
    );
    return others.length === 0;
  }

  /** Whether the platform has given the member a role here (docs/rules.md#role-grants). */
  async hasTasks(tx: Tx, memberId: string): Promise<boolean> {
    const rows = await tx.query<unknown[]>(
      `SELECT 1 FROM memberships m JOIN role_grants g ON g.account_id = m.account_id AND g.organisation_id = m.organisation_id
        WHERE m.id = $1 AND g.status = 'active' AND g.created_at >= m.created_at LIMIT 1`,
      [memberId],
    );
    return rows.length > 0;
  }

  /** Whether an account is administrator of the organisation. */
  async isAdministrator(tx: Tx, organisationId: string, accountId: string): Promise<boolean> {
    const rows = await tx.query<unknown[]>(
      `SELECT 1 FROM memberships m JOIN accounts a ON a.id = m.account_id AND a.status = 'active'
        WHERE m.organisation_id = $1 AND m.account_id = $2 AND 'organisation_admin' = ANY (m.roles)`,
      [organisationId, accountId],
    );
    return rows.length > 0;
  }

  /** The membership of the person with a mail address, in its normal form. */
  async memberWith(tx: Tx, organisationId: string, mailKey: string): Promise<string | undefined> {
    const [row] = await tx.query<{ id: string }[]>(
      'SELECT m.id FROM memberships m JOIN accounts a ON a.id = m.account_id WHERE m.organisation_id = $1 AND a.mail_key = $2',
      [organisationId, mailKey],
    );
    return row?.id;
  }
}
