import { SystemClock } from '@ciep/kernel';
import { createLog, Database, PlatformSettings } from '@ciep/platform';
import { conference } from '@ciep/conference';
import pg from 'pg';
import { JobRunner } from '../../libs/platform/src/jobs/job-runner.js';
import { platformRules, RetentionRules } from '../../libs/platform/src/retention/retention-rules.js';
import { Retention } from '../../libs/platform/src/retention/retention.js';
import { withOwnDatabase } from './own-database.js';
import { type Line, median, type Part, spread } from './part.js';

const weeks = 5;
const eventsAWeek = 200_000;

/** The events of a week, sent and processed, that are past their retention. */
const aWeek = [
  `INSERT INTO outbox (event_id, topic, key, aggregate_type, aggregate_id, aggregate_version, seq, type, event, created_at, published_at)
   SELECT id, 'ciep.billing.invoice', id::text, 'invoice', id, 1, 0, 'ciep.billing.invoice.paid.v1', event, now() - interval '8 days', now() - interval '8 days'`,
  `INSERT INTO inbox (reaction, event_id, key, type, event, status, received_at, due_at, processed_at, tries)
   SELECT 'NotePaymentWhenInvoicePaid.on', id, id::text, 'ciep.billing.invoice.paid.v1', event, 'done', now() - interval '31 days', now() - interval '31 days', now() - interval '31 days', 1`,
].map(
  insert => `${insert} FROM (SELECT id, jsonb_build_object('specversion', '1.0', 'id', id, 'source', '/billing', 'type', 'ciep.billing.invoice.paid.v1',
     'subject', id, 'time', now(), 'datacontenttype', 'application/json', 'aggregateversion', 1, 'traceparent', repeat('0', 55), 'correlationid', id,
     'data', jsonb_build_object('invoiceId', id, 'applicationId', id, 'editionId', id, 'organisationId', id, 'regionCode', '210000', 'paid', n, 'overpaid', 0, 'currency', 'CNY')) AS event
   FROM (SELECT gen_random_uuid() AS id, n FROM generate_series(1, ${eventsAWeek}) n) AS event) AS published`,
);

const mebibytes = async (client: pg.Client): Promise<number> => {
  const { rows } = await client.query<{ bytes: string }>(
    `SELECT pg_total_relation_size('outbox') + pg_total_relation_size('inbox') AS bytes`,
  );
  return Number(rows[0]?.bytes) / 1024 ** 2;
};

async function throughWeeks(owner: pg.Client, runner: JobRunner): Promise<{ sizes: number[]; seconds: number[] }> {
  const [sizes, seconds]: [number[], number[]] = [[], []];
  for (let week = 0; week < weeks; week += 1) {
    for (const insert of aWeek) await owner.query(insert);
    sizes.push(await mebibytes(owner));
    const begun = performance.now();
    await runner.runAll();
    seconds.push((performance.now() - begun) / 1_000);
    const { rows } = await owner.query<{ left: number }>(
      'SELECT (SELECT count(*) FROM outbox)::int + (SELECT count(*) FROM inbox)::int AS left',
    );
    if (rows[0]?.left !== 0) throw new Error(`${rows[0]?.left} rows were left`);
    // What autovacuum does by itself within a minute or two.
    await owner.query('VACUUM outbox');
    await owner.query('VACUUM inbox');
  }
  return { sizes, seconds };
}

/** Sends a million events through outbox and inbox, in weeks that are deleted one after the other, and measures the size of the tables. */
export const retention: Part = {
  name: 'retention',
  run: () =>
    withOwnDatabase(conference, async ({ applicationUrl, ownerUrl }) => {
      const owner = new pg.Client({ connectionString: ownerUrl });
      await owner.connect();
      const database = await Database.connect({
        url: applicationUrl,
        service: 'conference',
        poolSize: 2,
        entities: [],
        clock: new SystemClock(),
      });
      const job = new Retention(new RetentionRules(platformRules(new PlatformSettings({}))));
      try {
        const { sizes, seconds } = await throughWeeks(owner, new JobRunner([job], database, createLog('warn')));
        const growth = median(sizes.slice(1)) / (sizes[0] ?? NaN);
        const million = `${weeks} × ${eventsAWeek.toLocaleString('en')} events`;
        const lines: Line[] = [
          {
            what: `Outbox and inbox while ${million} go through, the largest they get in a later week against the first`,
            goal: '≤ 1.2 ×',
            reached: `${growth.toFixed(2)} ×: ${sizes.map(size => size.toFixed(0)).join(', ')} MiB`,
            isMet: growth <= 1.2,
          },
          {
            what: `Deleting a week of ${eventsAWeek.toLocaleString('en')} events from both, in batches of 5,000`,
            reached: `${spread(seconds, 1)} s`,
          },
        ];
        return lines;
      } finally {
        await database.close();
        await owner.end();
      }
    }),
};
