import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A person may be a member of several organisations, of each once. */
export class JoinSeveralOrganisations1700000000003 implements MigrationInterface {
  readonly name = 'JoinSeveralOrganisations1700000000003';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      ALTER TABLE memberships DROP CONSTRAINT memberships_account_id_key;
      ALTER TABLE memberships ADD CONSTRAINT memberships_account_organisation UNIQUE (account_id, organisation_id);
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      ALTER TABLE memberships DROP CONSTRAINT memberships_account_organisation;
      ALTER TABLE memberships ADD CONSTRAINT memberships_account_id_key UNIQUE (account_id);
    `);
  }
}
