import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { Owner } from './client.rules.js';

/** Finds the organisation that a client is to act for. */
@Injectable()
export class ClientOwnerQueries {
  /** The active organisation with this id or credit code. */
  async find(tx: Tx, idOrCreditCode: string): Promise<Owner | undefined> {
    const [row] = await tx.query<Owner[]>(
      `SELECT o.id, o.partner_region AS "partnerRegion",
              EXISTS (SELECT 1 FROM memberships m JOIN accounts a ON a.id = m.account_id
                       WHERE m.organisation_id = o.id AND a.status = 'active' AND 'platform_admin' = ANY (m.roles)) AS "runsPlatform"
         FROM organisations o WHERE o.status = 'active' AND (o.id::text = lower($1) OR o.credit_code = upper($1))`,
      [idOrCreditCode],
    );
    return row;
  }
}
