import { outboundColumns } from '@ciep/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const housekeeping = `version int NOT NULL DEFAULT 1, created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now()`;

export class CreateNotification1700000000001 implements MigrationInterface {
  readonly name = 'CreateNotification1700000000001';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE mails (
        ${outboundColumns('sent')},
        event_id uuid NOT NULL,
        template text NOT NULL,
        recipient_kind text NOT NULL CHECK (recipient_kind IN ('organisation', 'region', 'unit', 'person', 'verification')),
        recipient_key text NOT NULL,
        data jsonb NOT NULL,
        failure text CHECK (status <> 'failed' OR failure IS NOT NULL),
        served jsonb NOT NULL DEFAULT '[]',
        UNIQUE (event_id, template, recipient_kind, recipient_key)
      );
      CREATE INDEX mails_due ON mails (due_at, id) WHERE status = 'waiting';
      CREATE INDEX mails_list ON mails (updated_at DESC, id DESC);
      CREATE TABLE development_mails (
        id uuid PRIMARY KEY,
        message_id text NOT NULL UNIQUE,
        mail_id uuid NOT NULL,
        recipient text NOT NULL,
        language text NOT NULL CHECK (language IN ('zh', 'en')),
        template text NOT NULL,
        subject text NOT NULL,
        body text NOT NULL,
        sent_at timestamptz NOT NULL,
        ${housekeeping}
      );
      CREATE INDEX development_mails_recipient ON development_mails (recipient, id DESC);
      CREATE INDEX development_mails_age ON development_mails (created_at);
      CREATE TABLE webhooks (
        id uuid PRIMARY KEY,
        organisation_id uuid NOT NULL,
        audience text NOT NULL CHECK (audience IN ('everything', 'region', 'organisation')),
        region_code text CHECK (region_code ~ '^[0-9]{6}$'),
        url text NOT NULL,
        description text NOT NULL,
        event_types jsonb NOT NULL CHECK (jsonb_typeof(event_types) = 'array' AND jsonb_array_length(event_types) > 0),
        status text NOT NULL CHECK (status IN ('enabled', 'disabled')),
        disabled_by text CHECK (disabled_by IN ('owner', 'gone', 'failing')),
        secret text NOT NULL CHECK (secret LIKE 'v1.%'),
        previous_secret text CHECK (previous_secret LIKE 'v1.%'),
        previous_secret_until timestamptz,
        ${housekeeping},
        CHECK ((audience = 'region') = (region_code IS NOT NULL)),
        CHECK ((status = 'disabled') = (disabled_by IS NOT NULL)),
        CHECK ((previous_secret IS NULL) = (previous_secret_until IS NULL))
      );
      CREATE INDEX webhooks_owner ON webhooks (organisation_id, updated_at DESC, id DESC);
      CREATE INDEX webhooks_told ON webhooks USING gin (event_types) WHERE status = 'enabled';
      CREATE TABLE deliveries (
        ${outboundColumns('delivered')},
        webhook_id uuid NOT NULL REFERENCES webhooks ON DELETE CASCADE,
        event_id uuid NOT NULL,
        event_type text NOT NULL,
        subject text NOT NULL,
        kind text NOT NULL CHECK (kind IN ('event', 'ping')),
        body text NOT NULL,
        UNIQUE (webhook_id, event_id)
      );
      CREATE INDEX deliveries_due ON deliveries (due_at, id) WHERE status = 'waiting';
      CREATE INDEX deliveries_leased ON deliveries (webhook_id) WHERE leased_until IS NOT NULL;
      CREATE INDEX deliveries_list ON deliveries (webhook_id, created_at DESC, id DESC);
      CREATE INDEX deliveries_age ON deliveries (created_at);
      CREATE TABLE delivery_attempts (
        id uuid PRIMARY KEY,
        delivery_id uuid NOT NULL REFERENCES deliveries ON DELETE CASCADE,
        at timestamptz NOT NULL,
        response_status int CHECK (response_status BETWEEN 100 AND 999),
        latency_ms int NOT NULL CHECK (latency_ms >= 0),
        failure text,
        ${housekeeping},
        CHECK (response_status IS NOT NULL OR failure IS NOT NULL)
      );
      CREATE INDEX delivery_attempts_delivery ON delivery_attempts (delivery_id, id);
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('DROP TABLE delivery_attempts, deliveries, webhooks, development_mails, mails');
  }
}
