import { aggregateColumns } from '@ciep/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Requests for links, links for forgotten passwords, and the instant before which the logins of an account have ended. */
export class RecoverPasswords1700000000002 implements MigrationInterface {
  readonly name = 'RecoverPasswords1700000000002';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      ALTER TABLE accounts ADD COLUMN logins_since timestamptz NOT NULL DEFAULT '-infinity';

      CREATE TABLE link_requests (
        id uuid PRIMARY KEY,
        purpose text NOT NULL CHECK (purpose IN ('registration', 'password_recovery')),
        mail_key text NOT NULL,
        language text CHECK (language IN ('zh', 'en')),
        traceparent text,
        requested_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX link_requests_requested ON link_requests (requested_at);

      CREATE TABLE password_recoveries (
        ${aggregateColumns},
        status text NOT NULL CHECK (status IN ('open', 'closed')),
        account_id uuid NOT NULL UNIQUE REFERENCES accounts (id),
        language text NOT NULL CHECK (language IN ('zh', 'en')),
        links int NOT NULL CHECK (links >= 1),
        expires_at timestamptz NOT NULL
      );
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      DROP TABLE password_recoveries;
      DROP TABLE link_requests;
      ALTER TABLE accounts DROP COLUMN logins_since;
    `);
  }
}
