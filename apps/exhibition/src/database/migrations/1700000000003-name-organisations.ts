import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Legal names and numbers of organisations; null until an event of identity has them. */
export class NameOrganisations1700000000003 implements MigrationInterface {
  readonly name = 'NameOrganisations1700000000003';

  async up(q: QueryRunner): Promise<void> {
    await q.query('ALTER TABLE known_organisations ADD COLUMN name jsonb, ADD COLUMN credit_code text, ADD COLUMN register_number text');
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('ALTER TABLE known_organisations DROP COLUMN name, DROP COLUMN credit_code, DROP COLUMN register_number');
  }
}
