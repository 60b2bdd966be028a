import { Clock, type LocalizedText } from '@ciep/kernel';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { inForce } from '../role-grants/in-force.rules.js';

@Injectable()
export class ClosingQueries {
  constructor(private readonly clock: Clock) {}

  /** Lets nobody else leave or be appointed in the person's organisations until this transaction ends, as far as they lock the same rows. */
  async holdOrganisations(tx: Tx, accountId: string): Promise<void> {
    // As RoleChanges.hold: of two administrators, one who is revoked and one who leaves, one stays.
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('platform administrator', 0))`);
    await tx.query(
      `SELECT 1 FROM organisations WHERE id IN (SELECT organisation_id FROM memberships WHERE account_id = $1) ORDER BY id FOR NO KEY UPDATE`,
      [accountId],
    );
  }

  /** The organisation where the person is the last administrator, of it or of the platform. */
  async lastAdministratorOf(tx: Tx, accountId: string): Promise<{ readonly id: string; readonly name: LocalizedText } | undefined> {
    const [row] = await tx.query<{ id: string; name: LocalizedText }[]>(
      `SELECT o.id, jsonb_build_object('zh', o.name_zh, 'en', o.name_en) AS name
         FROM memberships m JOIN organisations o ON o.id = m.organisation_id AND o.status = 'active'
        WHERE m.account_id = $1 AND (
              'organisation_admin' = ANY (m.roles) AND NOT EXISTS (
                SELECT 1 FROM memberships other JOIN accounts a ON a.id = other.account_id AND a.status = 'active'
                 WHERE other.organisation_id = o.id AND other.account_id <> $1 AND 'organisation_admin' = ANY (other.roles))
              OR EXISTS (
                SELECT 1 FROM role_grants g WHERE g.account_id = $1 AND g.organisation_id = o.id AND g.role = 'platform_admin' AND ${inForce('$2')})
                 AND NOT EXISTS (
                SELECT 1 FROM role_grants g JOIN accounts a ON a.id = g.account_id AND a.status = 'active'
                 WHERE g.account_id <> $1 AND g.role = 'platform_admin' AND g.valid_until IS NULL AND ${inForce('$2')}))
        ORDER BY o.id LIMIT 1`,
      [accountId, this.clock.now()],
    );
    return row;
  }

  async membershipsOf(tx: Tx, accountId: string): Promise<string[]> {
    const rows = await tx.query<{ id: string }[]>('SELECT id FROM memberships WHERE account_id = $1 ORDER BY id', [accountId]);
    return rows.map(({ id }) => id);
  }
}
