import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { invoicePaid } from '@ciep/contracts';
import { ConfigurationError, createLog, exposition, PlatformSettings, serveMetrics, type MetricsServer } from '@ciep/platform';
import { eventually, samplesOf, startService, valueOf, type TestService } from '@ciep/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sample, scopes } from './sample.js';

const log = createLog('silent');
let service: TestService;
let metrics: MetricsServer;

beforeAll(async () => {
  service = await startService(sample);
  metrics = await serveMetrics(new PlatformSettings({ CIEP_METRICS_PORT: '0' }), log);
});
afterAll(() => metrics.close());

const scrape = async (): Promise<string> => (await fetch(metrics.url ?? '')).text();
const now = async (name: string, labels: Readonly<Record<string, string>>): Promise<number> =>
  valueOf(await exposition(), name, { service: 'sample', ...labels }) ?? 0;

/** How much a metric rises during an action; a request is counted a moment after its caller has the answer. */
async function rise(name: string, labels: Readonly<Record<string, string>>, work: () => Promise<unknown>): Promise<number> {
  const before = await now(name, labels);
  await work();
  await eventually(async () => expect(await now(name, labels)).not.toBe(before));
  return (await now(name, labels)) - before;
}

const paid = (amount: number) => {
  const id = randomUUID();
  return {
    invoiceId: id,
    applicationId: id,
    editionId: id,
    organisationId: id,
    regionCode: null,
    paid: amount,
    overpaid: 0,
    currency: 'CNY' as const,
  };
};

describe('/metrics', () => {
  it('is served on a port of its own, with the metrics of the process', async () => {
    const answer = await fetch(metrics.url ?? '');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    const text = await answer.text();
    for (const name of ['process_cpu_seconds_total', 'process_resident_memory_bytes', 'nodejs_eventloop_lag_seconds', 'ciep_database_up'])
      expect(valueOf(text, name)).toBeDefined();
    expect((await fetch(new URL('/', metrics.url))).status).toBe(404);
    expect((await fetch(metrics.url ?? '', { method: 'POST' })).status).toBe(404);
  });

  it('is not a route of the service', async () => {
    for (const path of ['/metrics', '/v1/sample/metrics', '/internal/metrics']) expect((await fetch(service.url + path)).status).toBe(404);
  });

  it('is not served unless its port is set', async () => {
    const none = await serveMetrics(new PlatformSettings({}), log);
    expect(none.url).toBeUndefined();
    await none.close();
  });

  it('refuses a port that is taken, with one clear error', async () => {
    const { port } = new URL(metrics.url ?? '');
    await expect(serveMetrics(new PlatformSettings({ CIEP_METRICS_PORT: port }), log)).rejects.toThrow(ConfigurationError);
  });
});

describe('requests', () => {
  const administrator = () => service.as({ roles: ['platform_admin'], organisationId: randomUUID(), scopes });

  it('are counted by the pattern of their route', async () => {
    const labels = { method: 'GET', route: '/v1/sample/notes/public/:id', status: '404' };
    const secret = randomUUID();
    const counted = await rise('ciep_http_requests_total', { ...labels, status: '500' }, async () => {
      await fetch(`${service.url}/v1/sample/notes/public/${secret}`);
    });
    expect(counted).toBe(1);
    const timed = { method: 'POST', route: '/v1/sample/notes', status_class: '2xx' };
    const write = () => administrator().post('/v1/sample/notes', { title: 'a' });
    expect(await rise('ciep_http_request_duration_seconds_count', timed, write)).toBe(1);
    expect(await scrape()).not.toContain(secret);
  });

  it('share one label if no route matches, whatever their URL', async () => {
    const labels = { route: 'unmatched', status: '404' };
    const knock = () => Promise.all([fetch(`${service.url}/v1/sample/a`), fetch(`${service.url}/v1/sample/b`)]);
    expect(await rise('ciep_http_requests_total', labels, knock)).toBe(2);
  });

  it('count as 499 if the caller aborts them', async () => {
    const counted = await rise('ciep_http_requests_total', { route: '/v1/sample/notes', status: '499' }, async () => {
      const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
      await once(socket, 'connect');
      socket.write('POST /v1/sample/notes HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{');
      await new Promise(resolve => setTimeout(resolve, 100));
      socket.destroy();
    });
    expect(counted).toBe(1);
  });
});

describe('events and jobs', () => {
  it('are counted by outcome', async () => {
    const reaction = 'CountPayments.on';
    const receive = (amount: number) => () => service.receive(invoicePaid, paid(amount));
    expect(await rise('ciep_reaction_duration_seconds_count', { reaction, outcome: 'done' }, receive(1))).toBe(1);
    expect(await rise('ciep_reaction_duration_seconds_count', { reaction, outcome: 'retry' }, receive(13))).toBe(1);
    expect(await rise('ciep_inbox_received_total', { topic: invoicePaid.topic }, receive(1))).toBe(1);
  });

  it('report the time from an event to its effect', async () => {
    // A UUIDv7 of two seconds ago.
    const told = Date.now() - 2_000;
    const instant = told.toString(16).padStart(12, '0');
    const id = `${instant.slice(0, 8)}-${instant.slice(8)}-7000-8000-${randomUUID().slice(24)}`;
    const took = await rise('ciep_event_to_effect_seconds_sum', { reaction: 'CountPayments.on' }, () =>
      service.receive(invoicePaid, paid(1), { id }),
    );
    expect(took).toBeGreaterThanOrEqual(2);
    expect(took).toBeLessThanOrEqual((Date.now() - told) / 1_000);
  });

  it('count the rows of jobs', async () => {
    const plant = (amount: number) =>
      service.query(
        `INSERT INTO notes (id, version, organisation_id, title, lines, amount) VALUES (gen_random_uuid(), 1, gen_random_uuid(), 't', '[]', $1)`,
        [amount],
      );
    await plant(2);
    await plant(7);
    const run = () => service.runJobs();
    const [done, failed] = [
      await now('ciep_job_duration_seconds_count', { job: 'DoubleAmounts', outcome: 'done' }),
      await now('ciep_job_duration_seconds_count', { job: 'DoubleAmounts', outcome: 'failed' }),
    ];
    await run();
    expect(await now('ciep_job_duration_seconds_count', { job: 'DoubleAmounts', outcome: 'done' })).toBe(done + 1);
    expect(await now('ciep_job_duration_seconds_count', { job: 'DoubleAmounts', outcome: 'failed' })).toBe(failed + 1);
    expect(await now('ciep_job_last_round_timestamp_seconds', { job: 'DoubleAmounts' })).toBeGreaterThan(Date.now() / 1_000 - 60);
  });

  it('report pending work and its age', async () => {
    await service.query(
      `INSERT INTO inbox (reaction, event_id, key, type, event, status, received_at, due_at)
       SELECT 'r', gen_random_uuid(), 'k', 'x', '{}', status, clock_timestamp() - interval '90 seconds', 'infinity'
       FROM unnest(ARRAY['waiting', 'waiting', 'dead_lettered']) AS status`,
    );
    await service.query(
      `INSERT INTO outbox (event_id, topic, key, aggregate_type, aggregate_id, aggregate_version, seq, type, event, created_at, retry_at)
       VALUES (gen_random_uuid(), 't', 'k', 'a', gen_random_uuid(), 1, 0, 'x', '{}', clock_timestamp() - interval '70 seconds', 'infinity')`,
    );
    await eventually(async () => expect(await now('ciep_inbox_waiting', {})).toBeGreaterThanOrEqual(2));
    expect(await now('ciep_inbox_dead_letters', {})).toBeGreaterThanOrEqual(1);
    expect(await now('ciep_inbox_oldest_waiting_seconds', {})).toBeGreaterThanOrEqual(90);
    expect([await now('ciep_outbox_unsent', {}), await now('ciep_outbox_dead_letters', {})]).toEqual([1, 0]);
    expect(await now('ciep_outbox_oldest_unsent_seconds', {})).toBeGreaterThanOrEqual(70);
    expect(await now('ciep_relay_leader', {})).toBe(1);
    expect(
      (await now('ciep_pool_connections', { state: 'idle' })) + (await now('ciep_pool_connections', { state: 'used' })),
    ).toBeGreaterThan(0);
    await service.query(`DELETE FROM inbox; DELETE FROM outbox`);
  });
});

describe('a scrape while the database is down', () => {
  it('answers in time without the unknown figures, and has them again afterwards', async () => {
    await eventually(async () => expect(await now('ciep_database_up', {})).toBe(1));
    await service.query('BEGIN');
    await service.query('LOCK TABLE outbox IN ACCESS EXCLUSIVE MODE');
    try {
      // The cached figures from before the lock may be valid for a moment.
      await eventually(async () => {
        const begun = performance.now();
        const text = await scrape();
        expect(performance.now() - begun).toBeLessThan(4_000);
        expect(valueOf(text, 'ciep_database_up', { service: 'sample' })).toBe(0);
        expect(samplesOf(text).map(({ name }) => name)).not.toContain('ciep_outbox_unsent');
        expect(valueOf(text, 'ciep_pool_connections', { service: 'sample' })).toBeGreaterThan(0);
      });
    } finally {
      await service.query('ROLLBACK');
    }
    await eventually(async () => expect(valueOf(await scrape(), 'ciep_outbox_unsent', { service: 'sample' })).toBe(0), 20_000);
  });
});
