import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { invoicePaid } from '@ciep/contracts';
import { createLog, inContext, inSpan, PlatformSettings, startSpan, startTracing } from '@ciep/platform';
import { eventually, startService, TraceCollector, type CollectedSpan, type TestService } from '@ciep/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sample, scopes } from './sample.js';

const log = createLog('silent');
const settings = (given: NodeJS.ProcessEnv) => new PlatformSettings(given);
const callersTrace = '0af7651916cd43dd8448eb211c80319c';
const traceparent = (sampled: boolean) => `00-${callersTrace}-b7ad6b7169203331-${sampled ? '01' : '00'}`;

let collector: TraceCollector;
let service: TestService;
const lines: string[] = [];
let stop: (() => Promise<void>) | undefined;

beforeAll(async () => {
  collector = await TraceCollector.start();
  service = await startService(sample, { log: createLog('info', { write: line => void lines.push(line) }) });
});
afterAll(() => collector.close());
afterEach(async () => {
  await stop?.();
  stop = undefined;
});

/** Sends traces from now to the end of the test. */
async function trace(given: NodeJS.ProcessEnv = {}): Promise<void> {
  collector.spans.length = 0;
  stop = await startTracing(settings({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, ...given }), log);
}
/** The recorded spans, after all of them are sent. */
async function recorded(): Promise<readonly CollectedSpan[]> {
  await stop?.();
  stop = undefined;
  return collector.spans;
}
const begin = (isAtTheDoor: boolean, sampled: boolean) =>
  startSpan({ service: 'door', name: 'step', kind: 'server', parent: traceparent(sampled), isAtTheDoor });

describe('traces', () => {
  it('record a request and its transaction, and no personal input', async () => {
    await trace();
    const caller = service.as({ roles: ['platform_admin'], organisationId: randomUUID(), scopes });
    const { status } = await caller.post('/v1/sample/notes', { title: 'PRIVATE' }, { headers: { traceparent: traceparent(true) } });
    expect(status).toBe(201);
    await eventually(() => expect(lines.some(line => line.includes('"route":"/v1/sample/notes"'))).toBe(true));
    const spans = await recorded();
    const server = spans.find(({ kind }) => kind === 'server');
    expect(server).toMatchObject({
      traceId: callersTrace,
      parentSpanId: 'b7ad6b7169203331',
      service: 'sample',
      name: 'POST /v1/sample/notes',
      attributes: { 'http.request.method': 'POST', 'http.route': '/v1/sample/notes', 'http.response.status_code': 201 },
      failed: false,
    });
    expect(spans).toContainEqual(expect.objectContaining({ name: 'transaction', kind: 'client', parentSpanId: server?.spanId }));
    expect(collector.text).toContain('/v1/sample/notes');
    expect(collector.text).not.toContain('PRIVATE');

    const line = lines.map(text => JSON.parse(text) as { route?: string; traceparent?: string }).find(({ route }) => route !== undefined);
    expect(line?.traceparent).toBe(`00-${server?.traceId}-${server?.spanId}-01`);
  });

  it('record a received event and its reaction as children of the publishing step, and a failure only by its name', async () => {
    await trace();
    const id = randomUUID();
    const event = {
      invoiceId: id,
      applicationId: id,
      editionId: id,
      organisationId: id,
      regionCode: null,
      overpaid: 0,
      currency: 'CNY' as const,
    };
    await service.receive(invoicePaid, { ...event, paid: 13 });
    const spans = await recorded();
    expect(spans).toContainEqual(expect.objectContaining({ name: `receive ${invoicePaid.topic}`, kind: 'consumer' }));
    expect(spans).toContainEqual(
      expect.objectContaining({
        name: 'CountPayments.on',
        kind: 'consumer',
        failed: true,
        attributes: expect.objectContaining({ 'ciep.outcome': 'retry', 'error.type': 'Error' }) as unknown,
      }),
    );
    expect(collector.text).not.toContain('thirteen');
  });

  it('leave out polls of jobs and inboxes that find nothing', async () => {
    await trace();
    await service.runJobs();
    expect(await recorded()).toEqual([]);
  });

  it('do no harm when the collector is down', async () => {
    stop = await startTracing(settings({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' }), log);
    expect((await fetch(`${service.url}/v1/sample/notes/public/${randomUUID()}`)).status).toBe(500);
    const begun = performance.now();
    await stop();
    expect(performance.now() - begun).toBeLessThan(4_000);
  });
});

describe('sampling', () => {
  it.each([
    ['parentbased_always_on', true, true],
    ['parentbased_always_on', false, false],
    ['parentbased_always_off', true, true],
    ['always_off', true, false],
    ['always_on', false, true],
    ['parentbased_traceidratio', true, true],
  ])('behind the gateway, with sampler %s and the caller’s flag %s, records: %s', async (sampler, asked, isRecorded) => {
    await trace({ OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: '0' });
    const span = begin(false, asked);
    span.end();
    expect(span.traceparent).toMatch(new RegExp(`^00-${callersTrace}-[0-9a-f]{16}-0${isRecorded ? 1 : 0}$`));
    expect(await recorded()).toHaveLength(isRecorded ? 1 : 0);
  });

  it.each([
    ['parentbased_always_on', '1', false, true],
    ['parentbased_always_off', '1', true, false],
    ['parentbased_traceidratio', '0', true, false],
    ['parentbased_traceidratio', '1', false, true],
  ])('at the gateway, with sampler %s of %s whatever the caller’s flag (%s), records: %s', async (sampler, ratio, asked, isRecorded) => {
    await trace({ OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: ratio });
    begin(true, asked).end();
    const spans = await recorded();
    expect(spans.map(({ traceId }) => traceId)).toEqual(isRecorded ? [callersTrace] : []);
  });
});

describe('without a collector', () => {
  it('passes ids on through steps and calls', async () => {
    const span = begin(false, true);
    expect(span.traceparent).toMatch(new RegExp(`^00-${callersTrace}-(?!b7ad6b7169203331)[0-9a-f]{16}-01$`));
    const context = { service: 's', requestId: 'r', action: 'a', traceparent: span.traceparent };
    const inner = await inContext(context, () => inSpan({ name: 'call', kind: 'client' }, one => Promise.resolve(one.traceparent)));
    expect(inner).toBe(span.traceparent);
  });

  // As a separate process, because this one has already loaded the SDK.
  const loadedBy = async (environment: NodeJS.ProcessEnv): Promise<string[]> => {
    const program = `
      import { registerHooks } from 'node:module';
      const loaded = new Set();
      registerHooks({ load(url, context, next) { loaded.add(/node_modules\\/(@opentelemetry\\/[^/]+)/.exec(url)?.[1]); return next(url, context); } });
      const { createLog, PlatformSettings, startTracing } = await import('@ciep/platform');
      await startTracing(new PlatformSettings(process.env), createLog('silent'));
      console.log(JSON.stringify([...loaded].filter(Boolean)));
      process.exit(0);
    `;
    const args = ['--conditions=@ciep/source', '--import', './tools/ts.mjs', '--input-type=module', '--eval', program];
    const { NODE_OPTIONS: _jest, ...rest } = process.env;
    const { stdout } = await promisify(execFile)(process.execPath, args, { env: { ...rest, ...environment } });
    return (JSON.parse(stdout) as string[]).sort();
  };

  it('loads no code that makes or sends spans (with a collector it does)', async () => {
    const [without, withOne] = await Promise.all([loadedBy({}), loadedBy({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint })]);
    // prom-client depends on the API package.
    expect(without).toEqual(['@opentelemetry/api']);
    expect(withOne).toEqual(expect.arrayContaining(['@opentelemetry/exporter-trace-otlp-proto', '@opentelemetry/sdk-trace']));
  });

  it('sends nothing', async () => {
    collector.spans.length = 0;
    await fetch(`${service.url}/health/live`);
    await fetch(`${service.url}/v1/sample/notes/public/${randomUUID()}`);
    await new Promise(resolve => setTimeout(resolve, 1_500));
    expect(collector.spans).toEqual([]);
  });
});
