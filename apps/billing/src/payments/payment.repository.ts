import { AggregateRepository, Database, type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Payment } from './payment.entity.js';

@Injectable()
export class PaymentRepository extends AggregateRepository<Payment> {
  constructor(database: Database) {
    super(database, Payment, ['payer']);
  }

  /**
   * Finds the payment with a statement number. The number is locked until the commit, so that two clerks with the same statement record it
   * once; the unique index is the safety net.
   */
  async underStatement(tx: Tx, account: string, statementKey: string): Promise<Readonly<Payment> | undefined> {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended(jsonb_build_array('payment', $1::text, $2::text)::text, 0))`, [
      account,
      statementKey,
    ]);
    const rows = await tx.query<
      {
        id: string;
      }[]
    >(`SELECT id FROM payments WHERE account = $1 AND statement_key = $2`, [account, statementKey]);
    return rows[0] && (await this.in(tx).get(rows[0].id));
  }
}
