import type { MigrationInterface, QueryRunner } from 'typeorm';

const housekeeping = `version int NOT NULL DEFAULT 1, created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now()`;

/**
 * The events that portals may read, redeliveries, and owners who take turns. A delivery that the release before adds has no owner of its
 * own; such deliveries take turns as if all of them had one.
 */
export class AddEventFeed1700000000002 implements MigrationInterface {
  readonly name = 'AddEventFeed1700000000002';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE feed (
        the_only boolean PRIMARY KEY DEFAULT true CHECK (the_only),
        position bigint NOT NULL
      );
      CREATE TABLE feed_events (
        position bigint PRIMARY KEY,
        event_id uuid NOT NULL UNIQUE,
        type text NOT NULL,
        subject text NOT NULL,
        body text NOT NULL
      );
      CREATE TABLE feed_readers (
        reader text NOT NULL,
        position bigint NOT NULL REFERENCES feed_events ON DELETE CASCADE,
        type text NOT NULL,
        PRIMARY KEY (reader, position)
      );
      CREATE INDEX feed_readers_type ON feed_readers (reader, type, position);
      CREATE INDEX feed_readers_event ON feed_readers (position);
      CREATE TABLE redeliveries (
        id uuid PRIMARY KEY,
        webhook_id uuid NOT NULL REFERENCES webhooks ON DELETE CASCADE,
        since timestamptz NOT NULL,
        until timestamptz NOT NULL CHECK (until > since),
        event_types jsonb NOT NULL,
        only_failed boolean NOT NULL,
        events int NOT NULL CHECK (events >= 0),
        ${housekeeping}
      );
      CREATE INDEX redeliveries_webhook ON redeliveries (webhook_id);
      ALTER TABLE deliveries ADD COLUMN organisation_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000';
      UPDATE deliveries d SET organisation_id = w.organisation_id FROM webhooks w WHERE w.id = d.webhook_id;
      CREATE INDEX deliveries_turns ON deliveries (organisation_id, webhook_id, due_at, id) WHERE status = 'waiting';
      CREATE INDEX deliveries_running ON deliveries (organisation_id) WHERE leased_until IS NOT NULL;
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      DROP INDEX deliveries_turns, deliveries_running;
      ALTER TABLE deliveries DROP COLUMN organisation_id;
      DROP TABLE redeliveries, feed_readers, feed_events, feed;
    `);
  }
}
