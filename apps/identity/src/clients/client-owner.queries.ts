import { Clock, normalCode } from '@ciep/kernel';
import { select, type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { inForce } from '../role-grants/in-force.rules.js';
import type { Owner } from './client.rules.js';

/** Finds the organisation that a client will act for. */
@Injectable()
export class ClientOwnerQueries {
  constructor(private readonly clock: Clock) {}

  /** The active organisation with this id or credit code. */
  async find(tx: Tx, idOrCreditCode: string): Promise<Owner | undefined> {
    const [row] = await tx.query<Owner[]>(
      `SELECT ${select<Owner>('o', ['id', 'partnerRegion'])},
              EXISTS (SELECT 1 FROM role_grants g JOIN accounts a ON a.id = g.account_id AND a.status = 'active'
                       WHERE g.organisation_id = o.id AND g.role = 'platform_admin' AND ${inForce('$2')}) AS "runsPlatform"
         FROM organisations o WHERE o.status = 'active' AND (o.id::text = lower($1) OR o.credit_code = $1)`,
      [normalCode(idOrCreditCode), this.clock.now()],
    );
    return row;
  }
}
