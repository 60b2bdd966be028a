import { aggregateColumns } from '@ciep/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateEditionsAndMilestones1700000000100 implements MigrationInterface {
  name = 'CreateEditionsAndMilestones1700000000100';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE FUNCTION is_localized(text jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE AS
        $$ SELECT jsonb_typeof(text) = 'object' AND coalesce(btrim(text->>'zh'), '') <> '' AND coalesce(btrim(text->>'en'), '') <> '' $$;

      CREATE TABLE editions (
        ${aggregateColumns},
        ordinal int CONSTRAINT edition_ordinal_is_unique UNIQUE CHECK (ordinal BETWEEN 1 AND 999),
        code text NOT NULL CONSTRAINT edition_code_is_unique UNIQUE CHECK (code ~ '^[a-z0-9](-?[a-z0-9])*$' AND length(code) <= 20 AND code <> 'current'),
        title jsonb NOT NULL CHECK (is_localized(title)),
        theme jsonb NOT NULL CHECK (is_localized(theme)),
        starts_on date NOT NULL,
        ends_on date NOT NULL,
        venues jsonb NOT NULL CHECK (jsonb_typeof(venues) = 'array'),
        published boolean NOT NULL,
        is_demo boolean NOT NULL,
        CONSTRAINT edition_ends_after_it_starts CHECK (ends_on >= starts_on),
        CONSTRAINT demo_edition_is_outside_the_count CHECK (NOT is_demo OR ordinal IS NULL)
      );
      CREATE INDEX editions_by_start ON editions (starts_on, id);
      CREATE INDEX editions_by_change ON editions (updated_at, id);

      CREATE TABLE milestones (
        ${aggregateColumns},
        edition_id uuid NOT NULL REFERENCES editions (id),
        kind text NOT NULL CHECK (kind IN ('forum_plan_deadline', 'forum_venue_deadline', 'exhibition_application_deadline',
                                           'set_up_start', 'set_up_end', 'opening', 'closing', 'year_end')),
        at timestamptz NOT NULL,
        CONSTRAINT milestone_kind_is_once_per_edition UNIQUE (edition_id, kind)
      );
      CREATE INDEX milestones_by_date ON milestones (edition_id, at, id);
      CREATE INDEX milestones_by_change ON milestones (updated_at, id);
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('DROP TABLE milestones; DROP TABLE editions; DROP FUNCTION is_localized(jsonb)');
  }
}
