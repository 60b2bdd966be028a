import { aggregateColumns, watchedJobsTable } from '@ciep/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Imported bank statements, and the jobs that import them. */
export class AddStatements1700000000003 implements MigrationInterface {
  readonly name = 'AddStatements1700000000003';

  async up(q: QueryRunner): Promise<void> {
    await q.query(watchedJobsTable);
    await q.query(`
      CREATE TABLE statement_lines (
        ${aggregateColumns},
        job_id uuid NOT NULL,
        row int NOT NULL CHECK (row > 0),
        account text NOT NULL,
        statement_number text NOT NULL,
        statement_key text NOT NULL,
        received_on date NOT NULL,
        amount fen NOT NULL CHECK (amount > 0),
        currency text NOT NULL CHECK (currency = 'CNY'),
        text text,
        payer text NOT NULL,
        match text NOT NULL CHECK (match IN ('exact', 'partial', 'ambiguous', 'none')),
        invoice_id uuid REFERENCES invoices (id),
        candidate_ids jsonb NOT NULL CHECK (jsonb_typeof(candidate_ids) = 'array'),
        status text NOT NULL CHECK (status IN ('proposed', 'accepted', 'dismissed')),
        payment_id uuid REFERENCES payments (id),
        dismissed_reason text,
        UNIQUE (account, statement_key),
        CHECK ((status = 'accepted') = (payment_id IS NOT NULL)),
        CHECK ((status = 'dismissed') = (dismissed_reason IS NOT NULL))
      );
      CREATE INDEX statement_lines_job ON statement_lines (job_id, received_on, id);
      CREATE INDEX statement_lines_proposed ON statement_lines (received_on, id) WHERE status = 'proposed';
      CREATE INDEX statement_lines_received ON statement_lines (received_on, id);
      CREATE INDEX statement_lines_updated ON statement_lines (updated_at, id);
      CREATE INDEX invoices_missing ON invoices ((gross - received + refunded), due_on, id) WHERE status IN ('open', 'partly_paid');
    `);
  }

  async down(): Promise<void> {
    await Promise.reject(new Error('books are never dropped'));
  }
}
