import { aggregateColumns } from '@ciep/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Read copies of editions, milestones and fees; the tree of nodes; the booths on its leaves. */
export class CreateVenue1700000000001 implements MigrationInterface {
  readonly name = 'CreateVenue1700000000001';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE known_editions (
        id uuid PRIMARY KEY,
        code text,
        starts_on date,
        ends_on date,
        published boolean NOT NULL DEFAULT false,
        aggregate_version int NOT NULL
      );
      CREATE TABLE known_milestones (
        id uuid PRIMARY KEY,
        edition_id uuid NOT NULL,
        kind text NOT NULL,
        at timestamptz NOT NULL,
        aggregate_version int NOT NULL
      );
      CREATE INDEX known_milestones_edition ON known_milestones (edition_id, kind);
      CREATE TABLE known_fee_schedules (
        id uuid PRIMARY KEY,
        edition_id uuid NOT NULL,
        in_force_from timestamptz NOT NULL,
        currency text NOT NULL CHECK (currency IN ('CNY')),
        tax_basis_points int NOT NULL CHECK (tax_basis_points >= 0),
        lines jsonb NOT NULL CHECK (jsonb_typeof(lines) = 'array'),
        aggregate_version int NOT NULL
      );
      CREATE INDEX known_fee_schedules_edition ON known_fee_schedules (edition_id, in_force_from);

      CREATE TABLE nodes (
        ${aggregateColumns},
        edition_id uuid NOT NULL,
        parent_id uuid CHECK (parent_id <> id),
        kind text NOT NULL CHECK (kind IN ('pavilion', 'zone', 'board')),
        code text NOT NULL CHECK (code ~ '^[1-9][0-9]{0,2}([.][1-9][0-9]{0,2})*$'),
        position int NOT NULL CHECK (position BETWEEN 1 AND 999),
        name jsonb NOT NULL CHECK (coalesce(name ->> 'zh', '') <> '' AND coalesce(name ->> 'en', '') <> ''),
        description jsonb CHECK (description IS NULL OR (coalesce(description ->> 'zh', '') <> '' AND coalesce(description ->> 'en', '') <> '')),
        area_types text[] NOT NULL,
        region_codes text[] NOT NULL,
        is_regional boolean NOT NULL GENERATED ALWAYS AS (cardinality(region_codes) > 0) STORED,
        responsibilities jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(responsibilities) = 'array'),
        CONSTRAINT nodes_id_edition UNIQUE (id, edition_id),
        CONSTRAINT nodes_code UNIQUE (edition_id, code),
        CONSTRAINT nodes_parent FOREIGN KEY (parent_id, edition_id) REFERENCES nodes (id, edition_id),
        CONSTRAINT nodes_pavilions_are_roots CHECK ((kind = 'pavilion') = (parent_id IS NULL)),
        CONSTRAINT nodes_areas_fit_regions CHECK (
          area_types <@ CASE WHEN cardinality(region_codes) > 0 THEN ARRAY['government', 'enterprise'] ELSE ARRAY['general'] END)
      );
      CREATE INDEX nodes_children ON nodes (parent_id);
      CREATE INDEX nodes_units ON nodes USING gin (responsibilities jsonb_path_ops);

      CREATE TABLE booths (
        ${aggregateColumns},
        edition_id uuid NOT NULL,
        node_id uuid NOT NULL,
        number text NOT NULL CHECK (number ~ '^[A-Z0-9][A-Z0-9-]{0,19}$'),
        hall int NOT NULL CHECK (hall BETWEEN 1 AND 6),
        floor int NOT NULL CHECK (floor BETWEEN 1 AND 6),
        type text NOT NULL CHECK (type IN ('standard', 'corner', 'raw_space')),
        area_type text NOT NULL CHECK (area_type IN ('government', 'enterprise', 'general')),
        area_dm2 int NOT NULL CHECK (area_dm2 BETWEEN 100 AND 1000000),
        width_dm int CHECK (width_dm BETWEEN 1 AND 10000),
        depth_dm int CHECK (depth_dm BETWEEN 1 AND 10000),
        status text NOT NULL CHECK (status IN ('available', 'blocked')),
        blocked_reason text,
        is_invented boolean NOT NULL,
        CONSTRAINT booths_number UNIQUE (edition_id, number),
        CONSTRAINT booths_node FOREIGN KEY (node_id, edition_id) REFERENCES nodes (id, edition_id),
        CONSTRAINT booths_blocked_with_reason CHECK ((status = 'blocked') = (blocked_reason IS NOT NULL)),
        CONSTRAINT booths_sides CHECK ((width_dm IS NULL) = (depth_dm IS NULL) AND area_dm2 <= coalesce(width_dm * depth_dm, area_dm2))
      );
      CREATE INDEX booths_node ON booths (node_id);
      -- One for each order of the list.
      CREATE INDEX booths_area ON booths (edition_id, area_dm2, id);
      CREATE INDEX booths_hall ON booths (edition_id, hall, id);
      CREATE INDEX booths_updated ON booths (edition_id, updated_at, id);
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('DROP TABLE booths, nodes, known_fee_schedules, known_milestones, known_editions');
  }
}
