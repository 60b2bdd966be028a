import { aggregateColumns } from '@ciep/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Invitations to join an organisation. */
export class InviteMembers1700000000010 implements MigrationInterface {
  readonly name = 'InviteMembers1700000000010';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE invitations (
        ${aggregateColumns},
        status text NOT NULL CHECK (status IN ('pending', 'accepted', 'revoked', 'expired')),
        organisation_id uuid NOT NULL REFERENCES organisations (id),
        invited_by uuid,
        mail text NOT NULL CHECK (mail <> ''),
        mail_key text NOT NULL,
        name text CHECK (name <> ''),
        language text NOT NULL CHECK (language IN ('zh', 'en')),
        roles text[] NOT NULL CHECK (cardinality(roles) > 0 AND roles <@ ARRAY['organisation_admin', 'organisation_member']),
        links int NOT NULL CHECK (links >= 1),
        expires_at timestamptz NOT NULL,
        closed_at timestamptz,
        CHECK ((status = 'pending') = (closed_at IS NULL))
      );
      CREATE UNIQUE INDEX invitations_pending ON invitations (organisation_id, mail_key) WHERE status = 'pending';
      CREATE INDEX invitations_created ON invitations (organisation_id, created_at, id);
      CREATE INDEX invitations_updated ON invitations (organisation_id, updated_at, id);
      CREATE INDEX invitations_expiry ON invitations (expires_at) WHERE status = 'pending';
      CREATE INDEX invitations_closed ON invitations (closed_at) WHERE status <> 'pending';
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('DROP TABLE invitations');
  }
}
