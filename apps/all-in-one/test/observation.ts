import { eventually, samplesOf, valueOf, type CollectedSpan, type TraceCollector } from '@ciep/testing';
import { expect } from '@jest/globals';
import { askedMetrics } from '../../../tools/observability/asked-metrics.js';
import type { ObservedStage } from './journey.js';

const services = ['identity', 'conference', 'exhibition', 'billing', 'notification'];

/** A span and those above it, up to the first of the trace. */
function pathOf(trace: readonly CollectedSpan[], span: CollectedSpan): CollectedSpan[] {
  const parent = trace.find(({ spanId }) => spanId === span.parentSpanId);
  return parent ? [span, ...pathOf(trace, parent)] : [span];
}

/** Expects that what a payment sets going, in five services, is one trace in which every step hangs below the one that caused it. */
export async function expectOneTrace(collector: TraceCollector): Promise<void> {
  await eventually(() => {
    const payments = collector.traces().filter(trace => trace.some(({ name }) => name === 'POST /v1/billing/payments'));
    const trace = payments.find(spans => spans.some(({ name }) => name === 'POST webhook')) ?? [];
    const pathTo = (name: string, service: string) => {
      const span = trace.find(one => one.name === name && one.service === service);
      return span ? pathOf(trace, span).map(one => `${one.service}: ${one.name}`) : [];
    };
    const payment = ['billing: transaction', 'billing: POST /v1/billing/payments', 'gateway: POST billing', 'gateway: POST /v1/*'];
    const confirmation = ['exhibition: transaction', 'exhibition: ConfirmBoothWhenInvoicePaid.on', ...payment];
    expect(pathTo('publish ciep.billing.invoice', 'billing')).toEqual(['billing: publish ciep.billing.invoice', ...payment]);
    expect(pathTo('receive ciep.billing.invoice', 'exhibition')).toEqual(['exhibition: receive ciep.billing.invoice', ...payment]);
    expect(pathTo('publish ciep.exhibition.application', 'exhibition')).toEqual([
      'exhibition: publish ciep.exhibition.application',
      ...confirmation,
    ]);
    expect(pathTo('POST webhook', 'notification')).toEqual([
      'notification: POST webhook',
      'notification: DeliverWebhooks',
      'notification: transaction',
      expect.stringMatching(/^notification: TellWebhooksWhenApplicationMoves[.]/),
      ...confirmation,
    ]);
    expect(pathTo('send mail', 'notification').slice(0, 3)).toEqual([
      'notification: send mail',
      'notification: SendMails',
      'notification: transaction',
    ]);
    expect(pathTo('GET /internal/contacts', 'identity').slice(0, 3)).toEqual([
      'identity: GET /internal/contacts',
      'notification: GET identity',
      'notification: SendMails',
    ]);
    const first = trace.filter(({ parentSpanId }) => parentSpanId === '');
    expect(first).toEqual([expect.objectContaining({ kind: 'server', service: 'gateway' })]);
    expect(trace.filter(span => pathOf(trace, span).at(-1) !== first[0])).toEqual([]);
  }, 40_000);

  // Addresses, telephone numbers, and Chinese, in which names and titles are written: nothing of it belongs into a trace.
  const told = JSON.stringify(collector.spans.map(({ name, attributes }) => ({ name, attributes })));
  expect(collector.spans.length).toBeGreaterThan(500);
  expect(told).not.toMatch(/[\w.]@[\w-]+[.]|[+]86|\p{Script=Han}/u);
}

/** Expects that the running platform has every metric that dashboards and alerts ask for, and that it is well. */
export async function expectMetrics(stage: ObservedStage): Promise<void> {
  const text = await stage.scrape();
  const present = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
  const samples = Map.groupBy(samplesOf(text), ({ name }) => name);
  const isOneProcess = valueOf(text, 'ciep_consumer_lag_messages') === undefined;
  for (const { metric, sample, labels } of askedMetrics()) {
    expect(present).toContain(metric);
    // What has not happened yet has no sample to compare labels with; the docs suite compares them with the code.
    for (const { labels: has } of samples.get(sample) ?? []) for (const label of labels) expect(Object.keys(has)).toContain(label);
  }
  for (const service of services) {
    expect(valueOf(text, 'ciep_database_up', { service })).toBe(1);
    expect(valueOf(text, 'ciep_relay_leader', { service })).toBe(1);
    expect(valueOf(text, 'ciep_pool_connections', { service })).toBeGreaterThan(0);
  }
  for (const service of ['gateway', 'exhibition', 'billing'])
    expect(valueOf(text, 'ciep_http_requests_total', { service, status: '201' })).toBeGreaterThan(0);
  expect(valueOf(text, 'ciep_outbox_sent_total', { service: 'exhibition' })).toBeGreaterThan(0);
  expect(valueOf(text, 'ciep_fact_to_effect_seconds_count', { service: 'billing' })).toBeGreaterThan(0);
  expect(valueOf(text, 'ciep_mail_attempts_total', { outcome: 'sent' })).toBeGreaterThan(0);
  expect(valueOf(text, 'ciep_webhook_attempts_total', { outcome: 'delivered' })).toBeGreaterThan(0);
  if (!isOneProcess) expect(valueOf(text, 'ciep_consumer_lag_messages', { group: 'ciep.billing' })).toBe(0);

  const audited = (samples.get('ciep_invariant_violations') ?? []).filter(({ value }) => value > 0);
  expect(audited).toEqual([]);
  expect(new Set((samples.get('ciep_invariant_violations') ?? []).map(({ labels }) => labels['service']))).toEqual(new Set(services));
}
