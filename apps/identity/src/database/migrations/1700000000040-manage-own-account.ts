import { aggregateColumns } from '@ciep/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Changes of mail addresses, closed accounts, and where a person logged in. */
export class ManageOwnAccount1700000000040 implements MigrationInterface {
  readonly name = 'ManageOwnAccount1700000000040';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      ALTER TABLE accounts DROP CONSTRAINT accounts_status_check;
      ALTER TABLE accounts ADD COLUMN closed_at timestamptz,
        ADD CONSTRAINT accounts_status_check CHECK (status IN ('active', 'disabled', 'closed', 'erased')),
        ADD CONSTRAINT accounts_closed CHECK ((status IN ('closed', 'erased')) = (closed_at IS NOT NULL));
      CREATE INDEX accounts_closed_at ON accounts (closed_at) WHERE status = 'closed';

      ALTER TABLE oidc_payloads ADD COLUMN agent text, ADD COLUMN address text;

      CREATE TABLE mail_changes (
        ${aggregateColumns},
        status text NOT NULL CHECK (status IN ('open', 'replaced', 'withdrawn', 'used')),
        account_id uuid NOT NULL REFERENCES accounts (id),
        purpose text NOT NULL CHECK (purpose IN ('mail_change', 'mail_taken')),
        mail text NOT NULL CHECK (mail <> ''),
        mail_key text NOT NULL,
        previous_mail text,
        language text NOT NULL CHECK (language IN ('zh', 'en')),
        asked_by text,
        notice_id uuid NOT NULL UNIQUE,
        expires_at timestamptz NOT NULL,
        CHECK ((status = 'used') = (previous_mail IS NOT NULL)),
        CHECK (purpose = 'mail_change' OR status <> 'used')
      );
      CREATE UNIQUE INDEX mail_changes_open ON mail_changes (account_id) WHERE status = 'open';
      CREATE INDEX mail_changes_updated ON mail_changes (updated_at);
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    // Nobody logs in to a disabled account either.
    await q.query(`
      DROP TABLE mail_changes;
      ALTER TABLE oidc_payloads DROP COLUMN agent, DROP COLUMN address;
      DELETE FROM oidc_payloads WHERE kind = 'EndedSession';
      ALTER TABLE accounts DROP CONSTRAINT accounts_closed, DROP CONSTRAINT accounts_status_check;
      UPDATE accounts SET status = 'disabled' WHERE status IN ('closed', 'erased');
      ALTER TABLE accounts DROP COLUMN closed_at,
        ADD CONSTRAINT accounts_status_check CHECK (status IN ('active', 'disabled'));
    `);
  }
}
