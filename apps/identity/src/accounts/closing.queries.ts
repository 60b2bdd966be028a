import type { LocalizedText } from '@ciep/kernel';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';

/** The roles that at least one person of an organisation must keep. */
const administrators = `('organisation_admin', 'platform_admin')`;

@Injectable()
export class ClosingQueries {
  /** Lets nobody else leave or be appointed in the person's organisations until this transaction ends, as far as they lock the same rows. */
  async holdOrganisations(tx: Tx, accountId: string): Promise<void> {
    await tx.query(
      `SELECT 1 FROM organisations WHERE id IN (SELECT organisation_id FROM memberships WHERE account_id = $1) ORDER BY id FOR NO KEY UPDATE`,
      [accountId],
    );
  }

  /** An active organisation of which the person is the last administrator. */
  async lastAdministratorOf(tx: Tx, accountId: string): Promise<{ readonly id: string; readonly name: LocalizedText } | undefined> {
    const [row] = await tx.query<{ id: string; name: LocalizedText }[]>(
      `SELECT o.id, jsonb_build_object('zh', o.name_zh, 'en', o.name_en) AS name
         FROM memberships m JOIN organisations o ON o.id = m.organisation_id AND o.status = 'active' CROSS JOIN LATERAL unnest(m.roles) AS held (role)
        WHERE m.account_id = $1 AND held.role IN ${administrators} AND NOT EXISTS (
              SELECT 1 FROM memberships other JOIN accounts a ON a.id = other.account_id AND a.status = 'active'
               WHERE other.organisation_id = o.id AND other.account_id <> $1 AND held.role = ANY (other.roles))
        ORDER BY o.id LIMIT 1`,
      [accountId],
    );
    return row;
  }

  async membershipsOf(tx: Tx, accountId: string): Promise<string[]> {
    const rows = await tx.query<{ id: string }[]>('SELECT id FROM memberships WHERE account_id = $1 ORDER BY id', [accountId]);
    return rows.map(({ id }) => id);
  }
}
