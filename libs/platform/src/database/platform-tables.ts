import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The tables that every service has: outbox, inbox, idempotency keys, audit trail, revoked tokens, secrets of the installation. */
export class CreatePlatformTables1690000000001 implements MigrationInterface {
  readonly name = 'CreatePlatformTables1690000000001';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE outbox (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        event_id uuid NOT NULL UNIQUE,
        topic text NOT NULL,
        key text NOT NULL,
        aggregate_type text NOT NULL,
        aggregate_id uuid NOT NULL,
        aggregate_version int NOT NULL,
        seq int NOT NULL,
        type text NOT NULL,
        event jsonb NOT NULL,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        published_at timestamptz,
        attempts int NOT NULL DEFAULT 0,
        retry_at timestamptz,
        last_error text,
        dead_lettered_at timestamptz,
        skipped_at timestamptz,
        skipped_reason text,
        UNIQUE (aggregate_type, aggregate_id, aggregate_version, seq),
        CHECK (published_at IS NULL OR (dead_lettered_at IS NULL AND retry_at IS NULL)),
        CHECK ((skipped_at IS NULL) = (skipped_reason IS NULL) AND (skipped_at IS NULL OR dead_lettered_at IS NOT NULL))
      );
      -- Includes published_at, which is null here: otherwise PostgreSQL may take the order from the primary key and read every sent row.
      CREATE INDEX outbox_unsent ON outbox (published_at, id) WHERE published_at IS NULL AND dead_lettered_at IS NULL;
      -- Rows that block their key: refused and waiting for a retry, or dead-lettered (retry_at is infinity).
      CREATE INDEX outbox_blocking ON outbox (key, id) WHERE retry_at IS NOT NULL;
      CREATE INDEX outbox_dead_letters ON outbox (id) WHERE dead_lettered_at IS NOT NULL AND skipped_at IS NULL;
      CREATE INDEX outbox_ended ON outbox ((coalesce(published_at, skipped_at))) WHERE published_at IS NOT NULL OR skipped_at IS NOT NULL;
      CREATE TABLE inbox (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        reaction text NOT NULL,
        event_id uuid NOT NULL,
        key text NOT NULL,
        type text NOT NULL,
        event jsonb NOT NULL,
        status text NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'dead_lettered', 'done', 'skipped')),
        tries int NOT NULL DEFAULT 0,
        due_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        last_error text,
        received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        processed_at timestamptz,
        skipped_reason text,
        UNIQUE (reaction, event_id)
      );
      -- In processing order: nothing needs sorting, and rows behind a dead letter (due at infinity) come last.
      CREATE INDEX inbox_due ON inbox (due_at, id) WHERE status = 'waiting';
      CREATE INDEX inbox_blocking ON inbox (reaction, key, id) WHERE status IN ('waiting', 'dead_lettered');
      CREATE INDEX inbox_dead_letters ON inbox (id) WHERE status = 'dead_lettered';
      CREATE INDEX inbox_ended ON inbox (processed_at) WHERE status IN ('done', 'skipped');
      CREATE TABLE idempotency_keys (
        principal text NOT NULL,
        route text NOT NULL,
        key text NOT NULL,
        body_hash bytea NOT NULL,
        status int,
        headers jsonb,
        body text,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (principal, route, key)
      );
      CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);
      CREATE TABLE audit_entries (
        id uuid PRIMARY KEY,
        at timestamptz NOT NULL,
        actor_kind text NOT NULL,
        actor_id text,
        client_id text,
        organisation_id text,
        action text NOT NULL,
        aggregate_type text NOT NULL,
        aggregate_id uuid NOT NULL,
        aggregate_version int NOT NULL,
        changes jsonb NOT NULL,
        request_id text
      );
      CREATE INDEX audit_entries_aggregate ON audit_entries (aggregate_id, id);
      CREATE INDEX audit_entries_actor ON audit_entries (actor_id, id);
      CREATE TABLE revoked_tokens (
        mark text PRIMARY KEY,
        until timestamptz NOT NULL,
        stored_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX revoked_tokens_stored ON revoked_tokens (stored_at);
      CREATE INDEX revoked_tokens_until ON revoked_tokens (until);
      CREATE TABLE platform_secrets (name text PRIMARY KEY, value text NOT NULL);
    `);
  }

  async down(): Promise<void> {
    await Promise.reject(new Error('the platform tables are never dropped'));
  }
}
