import { aggregateColumns } from '@ciep/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Authenticator apps of accounts. Their secrets and the recovery codes are derived, so no column has them. */
export class AddSecondFactors1700000000050 implements MigrationInterface {
  readonly name = 'AddSecondFactors1700000000050';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE second_factors (
        ${aggregateColumns},
        status text NOT NULL CHECK (status IN ('none', 'proposed', 'active')),
        account_id uuid NOT NULL UNIQUE REFERENCES accounts (id),
        secrets int NOT NULL CHECK (secrets >= 0),
        code_sets int NOT NULL CHECK (code_sets >= 0),
        activated_at timestamptz,
        last_step bigint NOT NULL DEFAULT 0,
        used_codes smallint[] NOT NULL DEFAULT '{}',
        CHECK ((status = 'active') = (activated_at IS NOT NULL))
      );
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('DROP TABLE second_factors');
  }
}
