import { aggregateColumns } from '@ciep/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateIdentity1700000000001 implements MigrationInterface {
  readonly name = 'CreateIdentity1700000000001';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE organisations (
        ${aggregateColumns},
        status text NOT NULL CHECK (status IN ('pending_verification', 'active')),
        origin text NOT NULL CHECK (origin IN ('mainland', 'foreign')),
        kind text NOT NULL CHECK (kind ~ '^[a-z_]+$'),
        name_zh text NOT NULL CHECK (name_zh <> ''),
        name_en text NOT NULL CHECK (name_en <> ''),
        credit_code text CHECK (credit_code ~ '^[0-9A-HJ-NPQRTUWXY]{18}$'),
        identifier_scheme text CHECK (identifier_scheme <> ''),
        identifier_value text CHECK (identifier_value <> ''),
        identifier_key text,
        country text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
        region_code text CHECK (region_code ~ '^[0-9]{6}$'),
        partner_region text CHECK (partner_region ~ '^[0-9]{6}$'),
        contact_name text NOT NULL CHECK (contact_name <> ''),
        contact_phone text NOT NULL CHECK (contact_phone <> ''),
        contact_mail text NOT NULL CHECK (contact_mail <> ''),
        contact_language text NOT NULL CHECK (contact_language IN ('zh', 'en')),
        activated_at timestamptz,
        CHECK ((status = 'active') = (activated_at IS NOT NULL)),
        CHECK ((origin = 'mainland') = (credit_code IS NOT NULL)),
        CHECK ((origin = 'mainland') = (country = 'CN')),
        CHECK ((origin = 'foreign') = (identifier_scheme IS NOT NULL)),
        CHECK ((identifier_scheme IS NULL) = (identifier_value IS NULL)),
        CHECK ((identifier_scheme IS NULL) = (identifier_key IS NULL)),
        CHECK (origin = 'mainland' OR region_code IS NULL)
      );
      CREATE UNIQUE INDEX organisations_credit_code ON organisations (credit_code) WHERE status = 'active';
      CREATE UNIQUE INDEX organisations_identifier ON organisations (country, identifier_key) WHERE status = 'active';
      CREATE INDEX organisations_created ON organisations (created_at, id);
      CREATE INDEX organisations_updated ON organisations (updated_at, id);
      CREATE INDEX organisations_name_zh ON organisations (name_zh, id);
      CREATE INDEX organisations_name_en ON organisations (name_en, id);
      CREATE INDEX organisations_region ON organisations (region_code);
      CREATE INDEX organisations_partner ON organisations (partner_region) WHERE partner_region IS NOT NULL;

      CREATE TABLE accounts (
        ${aggregateColumns},
        status text NOT NULL CHECK (status IN ('active', 'disabled')),
        mail text NOT NULL CHECK (mail <> ''),
        mail_key text NOT NULL UNIQUE,
        name text NOT NULL CHECK (name <> ''),
        phone text NOT NULL CHECK (phone <> ''),
        language text NOT NULL CHECK (language IN ('zh', 'en')),
        password_hash text NOT NULL CHECK (password_hash LIKE '$argon2id$%')
      );

      CREATE TABLE memberships (
        ${aggregateColumns},
        account_id uuid NOT NULL UNIQUE REFERENCES accounts (id),
        organisation_id uuid NOT NULL REFERENCES organisations (id),
        roles text[] NOT NULL CHECK (cardinality(roles) > 0 AND array_position(roles, NULL) IS NULL)
      );
      CREATE INDEX memberships_organisation ON memberships (organisation_id);

      CREATE TABLE registrations (
        ${aggregateColumns},
        status text NOT NULL CHECK (status IN ('open', 'verified')),
        purpose text NOT NULL CHECK (purpose IN ('registration', 'already_registered')),
        organisation_id uuid REFERENCES organisations (id),
        mail text NOT NULL CHECK (mail <> ''),
        mail_key text NOT NULL,
        name text NOT NULL,
        phone text NOT NULL,
        language text NOT NULL CHECK (language IN ('zh', 'en')),
        role text NOT NULL DEFAULT 'organisation_admin' CHECK (role IN ('organisation_admin', 'platform_admin')),
        links int NOT NULL CHECK (links >= 1),
        expires_at timestamptz NOT NULL,
        CHECK ((purpose = 'registration') = (organisation_id IS NOT NULL)),
        CHECK (purpose = 'registration' OR role = 'organisation_admin'),
        CHECK (purpose = 'registration' OR status = 'open')
      );
      CREATE INDEX registrations_mail ON registrations (mail_key, created_at DESC) WHERE status = 'open';
      CREATE INDEX registrations_expiry ON registrations (expires_at) WHERE status = 'open';
      CREATE INDEX registrations_organisation ON registrations (organisation_id);

      CREATE TABLE oauth_clients (
        ${aggregateColumns},
        status text NOT NULL CHECK (status IN ('active', 'disabled')),
        client_id text NOT NULL UNIQUE CHECK (client_id ~ '^[a-z0-9][a-z0-9-]{1,99}$'),
        name jsonb NOT NULL CHECK (name ?& ARRAY['zh', 'en']),
        first_party boolean NOT NULL,
        auth_method text NOT NULL CHECK (auth_method IN ('none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt')),
        grant_types text[] NOT NULL CHECK (cardinality(grant_types) > 0 AND grant_types <@ ARRAY['authorization_code', 'refresh_token', 'client_credentials']),
        redirect_uris text[] NOT NULL,
        post_logout_redirect_uris text[] NOT NULL,
        api_scopes text[] NOT NULL,
        jwks jsonb,
        organisation_id uuid REFERENCES organisations (id),
        region_code text CHECK (region_code ~ '^[0-9]{6}$'),
        roles text[] NOT NULL,
        secret_rotated_at timestamptz,
        CHECK (('authorization_code' = ANY (grant_types)) = (cardinality(redirect_uris) > 0)),
        CHECK (auth_method <> 'none' OR NOT 'client_credentials' = ANY (grant_types)),
        CHECK ((auth_method = 'private_key_jwt') = (jwks IS NOT NULL)),
        CHECK (NOT 'province_partner' = ANY (roles) OR region_code IS NOT NULL)
      );
      CREATE INDEX oauth_clients_updated ON oauth_clients (updated_at, id);
      CREATE INDEX oauth_clients_region ON oauth_clients (region_code);

      CREATE TABLE oauth_client_secrets (
        client_id text NOT NULL REFERENCES oauth_clients (client_id),
        secret_hash bytea NOT NULL CHECK (octet_length(secret_hash) = 32),
        created_at timestamptz NOT NULL DEFAULT now(),
        retire_at timestamptz,
        last_used_at timestamptz,
        PRIMARY KEY (client_id, secret_hash)
      );

      CREATE TABLE oidc_payloads (
        kind text NOT NULL,
        id_hash bytea NOT NULL CHECK (octet_length(id_hash) = 32),
        payload jsonb NOT NULL,
        grant_id text,
        uid text,
        account_id text,
        organisation_id uuid,
        expires_at timestamptz,
        consumed_at timestamptz,
        PRIMARY KEY (kind, id_hash)
      );
      CREATE INDEX oidc_payloads_grant ON oidc_payloads (grant_id) WHERE grant_id IS NOT NULL;
      CREATE INDEX oidc_payloads_uid ON oidc_payloads (uid) WHERE uid IS NOT NULL;
      CREATE INDEX oidc_payloads_account ON oidc_payloads (account_id) WHERE account_id IS NOT NULL;
      CREATE INDEX oidc_payloads_expiry ON oidc_payloads (expires_at);

      CREATE TABLE tries (key bytea PRIMARY KEY CHECK (octet_length(key) = 32), tries int NOT NULL, since timestamptz NOT NULL);
      CREATE INDEX tries_since ON tries (since);
      CREATE TABLE lock_outs (
        key bytea PRIMARY KEY CHECK (octet_length(key) = 32),
        tries float8 NOT NULL,
        counted_at timestamptz NOT NULL,
        closed_until timestamptz NOT NULL
      );
      CREATE INDEX lock_outs_counted ON lock_outs (counted_at);
      CREATE TABLE familiar_places (key bytea PRIMARY KEY CHECK (octet_length(key) = 32), seen_at timestamptz NOT NULL);
      CREATE INDEX familiar_places_seen ON familiar_places (seen_at);

      CREATE TABLE signing_keys (
        kid text PRIMARY KEY,
        state text NOT NULL CHECK (state IN ('current', 'next', 'retired')),
        sealed bytea NOT NULL,
        changed_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE UNIQUE INDEX signing_keys_current ON signing_keys (state) WHERE state = 'current';

      CREATE TABLE sealed_secrets (name text PRIMARY KEY, sealed bytea NOT NULL, created_at timestamptz NOT NULL DEFAULT now());
    `);
  }

  async down(): Promise<void> {
    await Promise.reject(new Error('accounts and signing keys are never dropped'));
  }
}
