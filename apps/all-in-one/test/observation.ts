import { serviceNames } from '@ciep/contracts';
import { eventually, samplesOf, valueOf, type CollectedSpan, type TraceCollector } from '@ciep/testing';
import { expect } from '@jest/globals';
import { askedMetrics } from '../../../tools/observability/asked-metrics.js';
import type { ObservedStage } from './journey.js';

/** A span and its ancestors, up to the root of the trace. */
function pathOf(trace: readonly CollectedSpan[], span: CollectedSpan): CollectedSpan[] {
  const parent = trace.find(({ spanId }) => spanId === span.parentSpanId);
  return parent ? [span, ...pathOf(trace, parent)] : [span];
}

/** Expects one trace for all that a payment triggers in five services, with each step below its cause. */
export async function expectOneTrace(collector: TraceCollector): Promise<void> {
  await eventually(() => {
    const payments = collector.traces().filter(trace => trace.some(({ name }) => name === 'POST /v1/billing/payments'));
    const trace = payments.find(spans => spans.some(({ name }) => name === 'POST webhook')) ?? [];
    const pathTo = (name: string, service: string) => {
      const span = trace.find(one => one.name === name && one.service === service);
      return span ? pathOf(trace, span).map(one => `${one.service}: ${one.name}`) : [];
    };
    const payment = ['billing: transaction', 'billing: POST /v1/billing/payments', 'gateway: POST billing', 'gateway: POST /v1/*'];
    const confirmation = ['exhibition: transaction', 'exhibition: NotePaymentWhenInvoicePaid.on', ...payment];
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
      'notification: TellWebhooks.on',
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

  // URLs, phone numbers, and Chinese text such as names and titles must not be in a trace.
  const text = JSON.stringify(collector.spans.map(({ name, attributes }) => ({ name, attributes })));
  expect(collector.spans.length).toBeGreaterThan(500);
  expect(text).not.toMatch(/[\w.]@[\w-]+[.]|[+]86|\p{Script=Han}/u);
}

/** Expects every metric that dashboards and alerts query, with healthy values. */
export async function expectMetrics(stage: ObservedStage): Promise<void> {
  const text = await stage.scrape();
  const present = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
  const samples = Map.groupBy(samplesOf(text), ({ name }) => name);
  const isOneProcess = valueOf(text, 'ciep_consumer_lag_messages') === undefined;
  for (const { metric, sample, labels } of askedMetrics()) {
    expect(present).toContain(metric);
    // A metric without samples yet has no labels to compare; the docs suite compares them with the code.
    for (const { labels: has } of samples.get(sample) ?? []) for (const label of labels) expect(Object.keys(has)).toContain(label);
  }
  for (const service of serviceNames) {
    expect(valueOf(text, 'ciep_database_up', { service })).toBe(1);
    expect(valueOf(text, 'ciep_relay_leader', { service })).toBe(1);
    expect(valueOf(text, 'ciep_pool_connections', { service })).toBeGreaterThan(0);
  }
  for (const service of ['gateway', 'exhibition', 'billing'])
    expect(valueOf(text, 'ciep_http_requests_total', { service, status: '201' })).toBeGreaterThan(0);
  expect(valueOf(text, 'ciep_outbox_sent_total', { service: 'exhibition' })).toBeGreaterThan(0);
  expect(valueOf(text, 'ciep_event_to_effect_seconds_count', { service: 'billing' })).toBeGreaterThan(0);
  expect(valueOf(text, 'ciep_mail_attempts_total', { outcome: 'sent' })).toBeGreaterThan(0);
  expect(valueOf(text, 'ciep_webhook_attempts_total', { outcome: 'delivered' })).toBeGreaterThan(0);
  if (!isOneProcess) expect(valueOf(text, 'ciep_consumer_lag_messages', { group: 'ciep.billing' })).toBe(0);

  const audited = (samples.get('ciep_invariant_violations') ?? []).filter(({ value }) => value > 0);
  expect(audited).toEqual([]);
  expect(new Set((samples.get('ciep_invariant_violations') ?? []).map(({ labels }) => labels['service']))).toEqual(new Set(serviceNames));
}
