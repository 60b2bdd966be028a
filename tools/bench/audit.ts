import { billing } from '@ciep/billing';
import { exhibition } from '@ciep/exhibition';
import { SystemClock } from '@ciep/kernel';
import { createLog, Database, platformInvariants, type ServiceDefinition } from '@ciep/platform';
import pg from 'pg';
import { Auditor } from '../../libs/platform/src/auditor/auditor.js';
import { exposition } from '../../libs/platform/src/metrics/metrics-server.js';
import { valueOf } from '../../libs/testing/src/exposition.js';
import { withOwnDatabase } from './own-database.js';
import { type Line, type Part, spread } from './part.js';

const rounds = 5;
const many = 100_000;

const boxes = `
  INSERT INTO outbox (event_id, topic, key, aggregate_type, aggregate_id, aggregate_version, seq, type, event, published_at)
    SELECT gen_random_uuid(), 't', 'k', 'a', gen_random_uuid(), 1, 0, 'x', '{}', now() FROM generate_series(1, ${many});
  INSERT INTO inbox (reaction, event_id, key, type, event, status, processed_at)
    SELECT 'r', gen_random_uuid(), 'k' || n, 'x', '{}', 'done', now() FROM generate_series(1, ${many}) n`;

/** A tenth of the applications is approved with a booth; one in twenty is endorsed. */
const venue = `
  INSERT INTO nodes (id, version, edition_id, kind, code, position, name, area_types, region_codes)
    VALUES ('${'0'.repeat(8)}-0000-7000-8000-${'0'.repeat(12)}', 1, gen_random_uuid(), 'pavilion', '1', 1, '{"zh": "馆", "en": "Hall"}', '{general}', '{}');
  INSERT INTO booths (id, version, edition_id, node_id, number, hall, floor, type, area_type, area_dm2, status, is_invented)
    SELECT gen_random_uuid(), 1, edition_id, id, 'B' || n, 1, 1, 'standard', 'general', 900, 'available', true FROM nodes, generate_series(1, ${many / 10}) n;
  WITH b AS (SELECT id, row_number() OVER () AS n FROM booths)
  INSERT INTO applications (id, version, edition_id, organisation_id, board_id, number, status, is_handed_in, is_late, area_type, region_code, exhibits,
      submitted_at, corrections, endorsement, endorsement_reason, booth, pay_by, timeline)
    SELECT gen_random_uuid(), 3, o.edition_id, gen_random_uuid(), o.id, 'A' || n, CASE WHEN b.id IS NULL THEN 'submitted' ELSE 'approved' END, true, false,
      CASE WHEN n % 20 = 1 THEN 'enterprise' ELSE 'general' END, CASE WHEN n % 20 = 1 THEN (110000 + n % 45)::text END, '[]', now(), '[]',
      CASE WHEN n % 20 = 1 THEN 'override' END, 'bench', CASE WHEN b.id IS NOT NULL THEN jsonb_build_object('boothId', b.id) END, current_date + 10, '[]'
    FROM nodes o, generate_series(1, ${many}) n LEFT JOIN b USING (n);
  INSERT INTO allocations (id, application_id, booth_id, is_live, allocated_at)
    SELECT gen_random_uuid(), id, (booth ->> 'boothId')::uuid, true, now() FROM applications WHERE booth IS NOT NULL;
  INSERT INTO region_quotas (id, version, edition_id, region_code, places, taken, overridden)
    SELECT gen_random_uuid(), 1, edition_id, region_code, 10, 0, count(*) FROM applications WHERE endorsement IS NOT NULL GROUP BY edition_id, region_code`;

/** Every invoice is paid, in two bookings of three and two entries; the triggers are off, because they would take minutes. */
const books = `
  ALTER TABLE ledger_entries DISABLE TRIGGER USER;
  INSERT INTO fee_schedules (id, version, edition_id, status, in_force_from, currency, tax_basis_points, lines)
    VALUES (gen_random_uuid(), 1, gen_random_uuid(), 'published', now(), 'CNY', 600, '[{"amount": 1}]');
  INSERT INTO invoice_series (year, last) VALUES (2026, ${many});
  INSERT INTO invoices (id, version, number, series_year, series_number, reference, edition_id, application_id, application_version, allocation_id,
      organisation_id, booth_id, booth_number, fee_schedule_id, tax_basis_points, lines, currency, net, tax, gross, received, refunded, credit, status,
      due_on, opened_at, paid_at, reallocation)
    SELECT gen_random_uuid(), 2, 'N' || n, 2026, n, 'R' || n, edition_id, gen_random_uuid(), 1, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(),
      'B' || n, id, 600, '[{}]', 'CNY', 100, 6, 106, 106, 0, 0, 'paid', current_date, now(), now(), 'none' FROM fee_schedules, generate_series(1, ${many}) n;
  INSERT INTO payments (id, version, account, statement_number, statement_key, received_on, amount, currency, payer, invoice_id, assigned_at, recorded_at)
    SELECT gen_random_uuid(), 1, 'a', number, number, current_date, 106, 'CNY', 'p', id, now(), now() FROM invoices;
  INSERT INTO ledger_entries (booking_id, event, booked_at, invoice_id, account, amount)
    SELECT b.id, 'opened', now(), b.invoice, m.account, m.amount FROM (SELECT gen_random_uuid() AS id, id AS invoice FROM invoices) b,
      (VALUES ('receivable', 106), ('revenue', -100), ('tax', -6)) AS m(account, amount);
  INSERT INTO ledger_entries (booking_id, event, booked_at, invoice_id, account, amount)
    SELECT b.id, 'received', now(), b.invoice, m.account, m.amount FROM (SELECT gen_random_uuid() AS id, id AS invoice FROM invoices) b,
      (VALUES ('bank', 106), ('receivable', -106)) AS m(account, amount)`;

async function audited(definition: ServiceDefinition, rows: string, what: string): Promise<Line[]> {
  return withOwnDatabase(definition, async ({ applicationUrl, ownerUrl }) => {
    const owner = new pg.Client({ connectionString: ownerUrl });
    await owner.connect();
    const database = await Database.connect({
      url: applicationUrl,
      service: definition.name,
      poolSize: 2,
      entities: [],
      clock: new SystemClock(),
    });
    const invariants = [...platformInvariants, ...definition.invariants];
    const auditor = new Auditor(definition.invariants, database, createLog('warn'), () => true);
    try {
      for (const insert of [boxes, rows]) await owner.query(insert);
      await owner.query('VACUUM ANALYZE');
      const times: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const begun = performance.now();
        const violations = await auditor.audit();
        times.push(performance.now() - begun);
        if (violations.length > 0) throw new Error(`the rows of the bench are wrong: ${JSON.stringify(violations)}`);
      }
      const text = await exposition();
      const of = (metric: string, invariant: string) => valueOf(text, metric, { service: definition.name, invariant }) ?? 0;
      const costs = invariants.map(({ name }) => ({ name, ms: (of('ciep_audit_duration_seconds_sum', name) / rounds) * 1_000 }));
      const failed = invariants.filter(({ name }) => of('ciep_audit_failures_total', name) > 0).map(({ name }) => name);
      const slowest = costs.sort((one, other) => other.ms - one.ms).slice(0, 3);
      const named = slowest.map(({ name, ms }) => `${name} ${ms.toFixed(0)} ms`).join(', ');
      return [
        {
          what: `All ${invariants.length} invariants of ${definition.name}, with ${what}`,
          goal: 'none takes longer than the 5 s of a statement',
          reached: `${spread(times, 0)} ms to go through all of it; on average ${named}${failed.length > 0 ? `; not checked: ${failed.join(', ')}` : ''}`,
          isMet: failed.length === 0,
        },
      ];
    } finally {
      await database.close();
      await owner.end();
    }
  });
}

/** The cost of the auditor on bulk data. */
export const audit: Part = {
  name: 'audit',
  run: async () => [
    ...(await audited(exhibition, venue, '100,000 applications, 10,000 allocations and 200,000 events')),
    ...(await audited(billing, books, '100,000 paid invoices, 500,000 ledger entries and 200,000 events')),
  ],
};
