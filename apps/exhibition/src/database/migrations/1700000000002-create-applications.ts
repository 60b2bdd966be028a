import { aggregateColumns } from '@ciep/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Applications, the regions' places, allocations of booths, agreements, waivers. */
export class CreateApplications1700000000002 implements MigrationInterface {
  readonly name = 'CreateApplications1700000000002';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE EXTENSION IF NOT EXISTS pg_trgm;

      CREATE TABLE known_organisations (
        id uuid PRIMARY KEY,
        kind text NOT NULL,
        origin text NOT NULL,
        region_code text,
        is_activated boolean NOT NULL,
        aggregate_version int NOT NULL
      );

      CREATE TABLE application_numbers (edition_id uuid PRIMARY KEY, last int NOT NULL CHECK (last > 0));

      CREATE TABLE applications (
        ${aggregateColumns},
        edition_id uuid NOT NULL,
        organisation_id uuid NOT NULL,
        board_id uuid NOT NULL,
        external_ref text,
        external_ref_key text,
        number text,
        status text NOT NULL CHECK (status IN ('draft', 'submitted', 'returned', 'approved', 'confirmed', 'rejected', 'withdrawn', 'released')),
        is_handed_in boolean NOT NULL,
        is_late boolean NOT NULL,
        area_type text CHECK (area_type IN ('government', 'enterprise', 'general')),
        region_code text CHECK (region_code ~ '^[0-9]{6}$'),
        exhibitor_kind text,
        fascia_zh text,
        fascia_en text,
        exhibits jsonb NOT NULL,
        contact jsonb,
        wished_booth_type text CHECK (wished_booth_type IN ('standard', 'corner', 'raw_space')),
        wished_area_dm2 int CHECK (wished_area_dm2 > 0),
        submitted_at timestamptz,
        correct_by timestamptz,
        corrections jsonb NOT NULL,
        rejection_reason text,
        endorsement text CHECK (endorsement IN ('region', 'override')),
        endorsement_reason text,
        booth jsonb,
        pay_by date,
        paid_invoice_id uuid,
        seal_verified_at timestamptz,
        release_reason text CHECK (release_reason IN ('overdue', 'organizer')),
        release_note text,
        timeline jsonb NOT NULL,
        CONSTRAINT applications_board FOREIGN KEY (board_id, edition_id) REFERENCES nodes (id, edition_id),
        CHECK ((external_ref IS NULL) = (external_ref_key IS NULL)),
        CHECK (is_handed_in = (number IS NOT NULL) AND is_handed_in = (submitted_at IS NOT NULL)),
        CHECK (is_handed_in OR status IN ('draft', 'withdrawn')),
        CHECK ((endorsement = 'override') IS NOT TRUE OR endorsement_reason IS NOT NULL),
        CHECK (endorsement IS NULL OR (region_code IS NOT NULL AND area_type = 'enterprise')),
        CHECK (status NOT IN ('rejected', 'withdrawn', 'released') OR endorsement IS NULL),
        CHECK (status <> 'returned' OR correct_by IS NOT NULL),
        CHECK (status <> 'rejected' OR rejection_reason IS NOT NULL),
        CHECK (status <> 'released' OR release_reason IS NOT NULL),
        CHECK (status NOT IN ('approved', 'confirmed', 'released') OR (booth IS NOT NULL AND pay_by IS NOT NULL)),
        CHECK (status <> 'confirmed' OR (paid_invoice_id IS NOT NULL AND seal_verified_at IS NOT NULL))
      );
      CREATE UNIQUE INDEX applications_number ON applications (edition_id, number) WHERE number IS NOT NULL;
      CREATE UNIQUE INDEX applications_external_ref ON applications (organisation_id, external_ref_key) WHERE external_ref_key IS NOT NULL;
      CREATE INDEX applications_updated ON applications (updated_at, id);
      -- The other orders of the list.
      CREATE INDEX applications_created ON applications (created_at, id);
      CREATE INDEX applications_by_number ON applications ((coalesce(number, '')), id);
      CREATE INDEX applications_by_status ON applications (status, id);
      CREATE INDEX applications_of_organisation ON applications (organisation_id, updated_at, id);
      CREATE INDEX applications_of_edition ON applications (edition_id, status, updated_at, id) WHERE is_handed_in;
      CREATE INDEX applications_newest_of_edition ON applications (edition_id, updated_at, id) WHERE is_handed_in;
      CREATE INDEX applications_of_region ON applications (region_code, updated_at, id) WHERE is_handed_in;
      CREATE INDEX applications_of_board ON applications (board_id, updated_at, id) WHERE is_handed_in;
      CREATE INDEX applications_holding ON applications (id) WHERE status IN ('approved', 'confirmed');
      CREATE INDEX applications_owing ON applications (pay_by) WHERE status = 'approved' AND paid_invoice_id IS NULL;
      CREATE INDEX applications_endorsed ON applications (edition_id, region_code, endorsement) WHERE endorsement IS NOT NULL;
      CREATE INDEX applications_names ON applications USING gin (fascia_zh gin_trgm_ops, fascia_en gin_trgm_ops, number gin_trgm_ops);

      CREATE TABLE application_notes (
        ${aggregateColumns},
        application_id uuid NOT NULL REFERENCES applications (id),
        author_id text NOT NULL,
        text text NOT NULL CHECK (text <> ''),
        written_at timestamptz NOT NULL
      );
      CREATE INDEX application_notes_of_application ON application_notes (application_id, id);

      -- Version 0 stands for the default that nobody has changed yet, so these are not the columns of every aggregate.
      CREATE TABLE region_quotas (
        id uuid PRIMARY KEY,
        version int NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        edition_id uuid NOT NULL,
        region_code text NOT NULL CHECK (region_code ~ '^[0-9]{6}$'),
        places int NOT NULL CHECK (places >= 0),
        taken int NOT NULL CHECK (taken BETWEEN 0 AND places),
        overridden int NOT NULL CHECK (overridden >= 0),
        UNIQUE (edition_id, region_code)
      );

      CREATE TABLE allocations (
        id uuid PRIMARY KEY,
        application_id uuid NOT NULL REFERENCES applications (id),
        booth_id uuid NOT NULL REFERENCES booths (id),
        is_live boolean NOT NULL,
        allocated_at timestamptz NOT NULL,
        freed_at timestamptz,
        freed_reason text CHECK (freed_reason IN ('swapped', 'withdrawn', 'overdue', 'organizer')),
        CHECK (is_live = (freed_at IS NULL) AND is_live = (freed_reason IS NULL))
      );
      -- The promise of the whole service: a booth has one live allocation, and an application one (docs/rules.md#one-live-allocation).
      CREATE UNIQUE INDEX allocations_one_live_per_booth ON allocations (booth_id) WHERE is_live;
      CREATE UNIQUE INDEX allocations_one_live_per_application ON allocations (application_id) WHERE is_live;
      CREATE INDEX allocations_of_application ON allocations (application_id, allocated_at);

      CREATE TABLE agreements (
        ${aggregateColumns},
        FOREIGN KEY (id) REFERENCES applications (id),
        organisation_id uuid NOT NULL,
        edition_id uuid NOT NULL,
        board_id uuid NOT NULL,
        region_code text,
        status text NOT NULL CHECK (status IN ('awaiting_scan', 'scan_uploaded', 'seal_verified', 'seal_refused', 'closed')),
        texts jsonb NOT NULL CHECK (jsonb_array_length(texts) > 0),
        scans jsonb NOT NULL,
        tracking_number text,
        posted_on date,
        received_on date,
        CHECK ((tracking_number IS NULL) = (posted_on IS NULL)),
        CHECK (status NOT IN ('scan_uploaded', 'seal_verified', 'seal_refused') OR jsonb_array_length(scans) > 0)
      );

      CREATE TABLE uploads (
        id uuid PRIMARY KEY,
        organisation_id uuid NOT NULL,
        uploaded_by text NOT NULL,
        uploaded_at timestamptz NOT NULL,
        file_key text NOT NULL UNIQUE,
        media_type text NOT NULL CHECK (media_type IN ('application/pdf', 'image/jpeg', 'image/png')),
        size int NOT NULL CHECK (size > 0),
        sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
        is_used boolean NOT NULL
      );
      CREATE INDEX uploads_unused ON uploads (uploaded_at, id) WHERE NOT is_used;

      CREATE TABLE waivers (
        ${aggregateColumns},
        edition_id uuid NOT NULL,
        organisation_id uuid,
        code text NOT NULL UNIQUE CHECK (code ~ '^[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]{5}$'),
        reason text NOT NULL CHECK (reason <> ''),
        issued_by text NOT NULL,
        issued_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL CHECK (expires_at > issued_at),
        status text NOT NULL CHECK (status IN ('open', 'used', 'revoked')),
        used_by_application_id uuid REFERENCES applications (id),
        used_at timestamptz,
        CHECK ((status = 'used') = (used_by_application_id IS NOT NULL) AND (status = 'used') = (used_at IS NOT NULL))
      );
      CREATE INDEX waivers_of_edition ON waivers (edition_id, issued_at, id);
      CREATE INDEX waivers_issued ON waivers (issued_at, id);
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(
      'DROP TABLE waivers, uploads, agreements, allocations, region_quotas, application_notes, applications, application_numbers, known_organisations',
    );
  }
}
