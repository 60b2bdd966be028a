import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who pays, as the register names it, and the number of the application that an invoice is for. */
export class NamePayers1700000000004 implements MigrationInterface {
  readonly name = 'NamePayers1700000000004';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE known_organisations (
        id uuid PRIMARY KEY,
        name jsonb,
        credit_code text,
        register_number text,
        aggregate_version int NOT NULL
      );
      ALTER TABLE invoices ADD COLUMN application_number text;
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('ALTER TABLE invoices DROP COLUMN application_number; DROP TABLE known_organisations');
  }
}
