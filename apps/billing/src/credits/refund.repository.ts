import { AggregateRepository, Database, type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Refund } from './refund.entity.js';

@Injectable()
export class RefundRepository extends AggregateRepository<Refund> {
  constructor(database: Database) {
    super(database, Refund);
  }

  /** Finds the refund with a statement number and locks that number until the commit. */
  async underStatement(tx: Tx, account: string, statementKey: string): Promise<Readonly<Refund> | undefined> {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended(jsonb_build_array('refund', $1::text, $2::text)::text, 0))`, [
      account,
      statementKey,
    ]);
    const rows = await tx.query<
      {
        id: string;
      }[]
    >(`SELECT id FROM refunds WHERE account = $1 AND statement_key = $2`, [account, statementKey]);
    return rows[0] && (await this.in(tx).get(rows[0].id));
  }
}
