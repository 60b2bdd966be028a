import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A session may have several grants for one client, one for each organisation that the person acts for: each names its session. */
export class ChooseOrganisations1700000000020 implements MigrationInterface {
  readonly name = 'ChooseOrganisations1700000000020';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      ALTER TABLE oidc_payloads ADD COLUMN session_uid text;
      CREATE INDEX oidc_payloads_session ON oidc_payloads (session_uid) WHERE session_uid IS NOT NULL;
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`ALTER TABLE oidc_payloads DROP COLUMN session_uid`);
  }
}
