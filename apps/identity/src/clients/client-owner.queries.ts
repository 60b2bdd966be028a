import { normalCode } from '@ciep/kernel';
import { select, type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { Owner } from './client.rules.js';

/** Finds the organisation that a client will act for. */
@Injectable()
export class ClientOwnerQueries {
  /** The active organisation with this id or credit code. */
  async find(tx: Tx, idOrCreditCode: string): Promise<Owner | undefined> {
    const [row] = await tx.query<Owner[]>(
      `SELECT ${select<Owner>('o', ['id', 'partnerRegion'])},
              EXISTS (SELECT 1 FROM memberships m JOIN accounts a ON a.id = m.account_id
                       WHERE m.organisation_id = o.id AND a.status = 'active' AND 'platform_admin' = ANY (m.roles)) AS "runsPlatform"
         FROM organisations o WHERE o.status = 'active' AND (o.id::text = lower($1) OR o.credit_code = $1)`,
      [normalCode(idOrCreditCode)],
    );
    return row;
  }
}
