import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { platformInvariants } from '@ciep/platform';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { collectDefaultMetrics } from 'prom-client';
import { services } from '../../apps/all-in-one/src/start-platform.js';
import { registry } from '../../libs/platform/src/metrics/registry.js';
import { alerts, askedBy, askedMetrics, expressions, panels, type Asked } from '../observability/asked-metrics.js';

/** A metric in prom-client. */
interface Declared {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly labelNames: readonly string[];
}

const read = (path: string) => readFileSync(join(import.meta.dirname, '../..', path), 'utf8');
let declared: ReadonlyMap<string, Declared>;
let text: string;

beforeAll(() => {
  collectDefaultMetrics({ register: registry });
  declared = new Map((registry.getMetricsAsArray() as unknown as Declared[]).map(metric => [metric.name, metric]));
  text = read('docs/observability.md');
});

const own = () => [...declared.values()].filter(({ name }) => name.startsWith('ciep_'));
/** A table row without Prettier's padding. */
const rows = (document: string) => new Set(document.split('\n').map(line => line.replaceAll(/\s*\|\s*/g, '|').trim()));
const unknown = ({ where, sample, metric, labels }: Asked): string[] => {
  const known = declared.get(metric) ?? declared.get(sample);
  if (!known) return [`${where}: there is no metric ${sample}`];
  const has = new Set([...known.labelNames, ...(sample.endsWith('_bucket') && known.type === 'histogram' ? ['le'] : [])]);
  return labels.filter(label => !has.has(label)).map(label => `${where}: ${sample} has no label ${label}`);
};

describe('docs/observability.md', () => {
  it('lists every metric with its labels and meaning, and no others', () => {
    const written = rows(text);
    const wanted = own().map(
      ({ name, type, labelNames, help }) => `|\`${name}\`|${type}|${labelNames.map(label => `\`${label}\``).join(', ')}|${help}|`,
    );
    expect(wanted.length).toBeGreaterThan(25);
    expect(wanted.filter(row => !written.has(row))).toEqual([]);
    const named = new Set([...text.matchAll(/`(ciep_[a-z_]+)/g)].map(([, name = '']) => name));
    expect([...named].filter(name => !declared.has(name))).toEqual([]);
  });

  it('lists every invariant with its meaning, and no others', () => {
    const written = rows(text);
    const wanted = [
      ...platformInvariants.map(invariant => ({ service: 'every service', ...invariant })),
      ...services.flatMap(({ name: service, invariants = [] }) => invariants.map(invariant => ({ service, ...invariant }))),
    ].map(({ service, name, holds }) => `|${service}|\`${name}\`|${holds}|`);
    expect(wanted.length).toBeGreaterThan(10);
    expect(wanted.filter(row => !written.has(row))).toEqual([]);
    expect([...written].filter(row => /^\|[a-z ]+\|`[a-z_]+`\|[^|]+\|$/.test(row) && !wanted.includes(row))).toEqual([]);
  });

  it('lists the settings', () => {
    for (const key of [
      'CIEP_METRICS_PORT',
      'CIEP_METRICS_HOST',
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      'OTEL_TRACES_SAMPLER',
      'OTEL_TRACES_SAMPLER_ARG',
    ])
      expect(text).toContain(`\`${key}\``);
  });
});

describe('dashboards and alerts', () => {
  it('are valid PromQL with existing metrics and labels', () => {
    expect(expressions().length).toBeGreaterThan(40);
    expect(askedMetrics().flatMap(unknown)).toEqual([]);
  });

  it('negative control: a wrong expression, metric or label is reported', () => {
    const ask = (expression: string) => askedBy({ where: 'here', text: expression });
    expect(() => ask('sum by (service (ciep_http_requests_total)')).toThrow('is no PromQL');
    expect(ask('rate(ciep_requests_total[5m])').flatMap(unknown)).toEqual(['here: there is no metric ciep_requests_total']);
    expect(ask('sum by (path) (ciep_http_requests_total{code="1"})').flatMap(unknown)).toEqual([
      'here: ciep_http_requests_total has no label code',
      'here: ciep_http_requests_total has no label path',
    ]);
    expect(ask('ciep_http_request_duration_seconds_count{le="1"}').flatMap(unknown)).toEqual([
      'here: ciep_http_request_duration_seconds_count has no label le',
    ]);
  });

  it('use only legend labels that their expressions keep', () => {
    for (const { title, targets = [] } of panels()) {
      for (const { expr, legendFormat } of targets) {
        const kept = [...expr.matchAll(/by [(]([^)]*)[)]/g)].flatMap(([, list = '']) => list.split(',').map(label => label.trim()));
        const shown = [...legendFormat.matchAll(/[{][{](\w+)[}][}]/g)].map(([, label = '']) => label);
        const isGrouped = kept.length > 0;
        const [asked] = askedBy({ where: title, text: expr.replaceAll('$__rate_interval', '1m') });
        const plain = [...(declared.get(asked?.metric ?? '')?.labelNames ?? []), 'instance', 'job'];
        expect({ title, missing: shown.filter(label => !(isGrouped ? kept : plain).includes(label)) }).toEqual({ title, missing: [] });
      }
    }
  });

  it('link each alert to a section of the runbook', () => {
    const anchors = new Set([...read('docs/runbook.md').matchAll(/<a id="([\w-]+)"/g)].map(([, id = '']) => `docs/runbook.md#${id}`));
    expect(alerts().length).toBeGreaterThan(15);
    expect(alerts().filter(({ annotations }) => !anchors.has(annotations.runbook))).toEqual([]);
    const names = alerts().map(({ alert }) => alert);
    expect(names).toEqual([...new Set(names)]);
  });
});
