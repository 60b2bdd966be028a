import { aggregateColumns } from '@ciep/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const staffRoles = `'platform_admin', 'beijing_working_group', 'shenzhen_working_group', 'committee_office', 'block_lead', 'zone_undertaker',
          'province_partner', 'finance_clerk', 'auditor'`;

/** Staff and partner roles are granted with a scope, and leave the memberships. */
export class GrantRoles1700000000030 implements MigrationInterface {
  readonly name = 'GrantRoles1700000000030';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE role_grants (
        ${aggregateColumns},
        status text NOT NULL CHECK (status IN ('proposed', 'active', 'revoked', 'refused', 'expired')),
        account_id uuid NOT NULL REFERENCES accounts (id),
        organisation_id uuid NOT NULL REFERENCES organisations (id),
        role text NOT NULL CHECK (role IN (${staffRoles})),
        region_code text CHECK (region_code ~ '^[0-9]{6}$'),
        valid_from timestamptz NOT NULL,
        valid_until timestamptz CHECK (valid_until > valid_from),
        reason text NOT NULL CHECK (reason <> ''),
        granted_by uuid REFERENCES accounts (id),
        decided_by uuid REFERENCES accounts (id),
        decided_at timestamptz,
        started_at timestamptz,
        ended_at timestamptz,
        ended_by uuid REFERENCES accounts (id),
        ended_reason text,
        CHECK (role = 'province_partner' OR region_code IS NULL),
        CHECK (status = 'active' OR status = 'proposed' OR ended_at IS NOT NULL),
        CHECK ((ended_at IS NULL) = (ended_reason IS NULL)),
        CHECK (started_at IS NULL OR status IN ('active', 'revoked', 'expired'))
      );
      CREATE UNIQUE INDEX role_grants_open ON role_grants (account_id, organisation_id, role, coalesce(region_code, '')) WHERE status IN ('proposed', 'active');
      CREATE INDEX role_grants_created ON role_grants (created_at, id);
      CREATE INDEX role_grants_updated ON role_grants (updated_at, id);
      CREATE INDEX role_grants_account ON role_grants (account_id, created_at, id);
      CREATE INDEX role_grants_organisation ON role_grants (organisation_id, created_at, id);
      CREATE INDEX role_grants_status ON role_grants (status, created_at, id);
      CREATE INDEX role_grants_role ON role_grants (role, created_at, id);

      ALTER TABLE organisations ADD COLUMN partner_reason text;

      INSERT INTO role_grants (id, version, status, account_id, organisation_id, role, region_code, valid_from, reason, started_at)
      SELECT gen_random_uuid(), 1, 'active', m.account_id, m.organisation_id, held.role,
             CASE held.role WHEN 'province_partner' THEN o.partner_region END, m.created_at, 'Moved from the membership', m.created_at
        FROM memberships m JOIN organisations o ON o.id = m.organisation_id CROSS JOIN LATERAL (SELECT DISTINCT unnest(m.roles) AS role) held
       WHERE held.role IN (${staffRoles});
      ALTER TABLE memberships DROP CONSTRAINT memberships_roles_check;
      UPDATE memberships m SET roles = ARRAY(SELECT role FROM unnest(m.roles) role WHERE role NOT IN (${staffRoles}))
       WHERE m.roles && ARRAY[${staffRoles}];
      ALTER TABLE memberships ADD CONSTRAINT memberships_roles_check CHECK (array_position(roles, NULL) IS NULL);
    `);
  }

  /** A membership needs a role again: one that had none gets that of an ordinary member. */
  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      UPDATE memberships m SET roles = m.roles || given.roles
        FROM (SELECT account_id, organisation_id, array_agg(DISTINCT role) AS roles FROM role_grants
               WHERE status = 'active' AND started_at IS NOT NULL GROUP BY account_id, organisation_id) given
       WHERE given.account_id = m.account_id AND given.organisation_id = m.organisation_id;
      UPDATE memberships SET roles = '{organisation_member}' WHERE cardinality(roles) = 0;
      ALTER TABLE memberships DROP CONSTRAINT memberships_roles_check;
      ALTER TABLE memberships ADD CONSTRAINT memberships_roles_check CHECK (cardinality(roles) > 0 AND array_position(roles, NULL) IS NULL);
      ALTER TABLE organisations DROP COLUMN partner_reason;
      DROP TABLE role_grants;
    `);
  }
}
