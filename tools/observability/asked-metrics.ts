import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parser } from '@prometheus-io/lezer-promql';
import { parse } from 'yaml';
import { z } from 'zod';

const root = join(import.meta.dirname, '../..');
const dashboards = join(root, 'docker/grafana/dashboards');

/** A PromQL expression with its place. */
export interface Expression {
  readonly where: string;
  readonly text: string;
}

/** A series in an expression. */
export interface Asked {
  readonly where: string;
  /** As in the expression, `…_bucket` of a histogram. */
  readonly sample: string;
  /** As in the TYPE line. */
  readonly metric: string;
  /** Labels that select or group it. */
  readonly labels: readonly string[];
}

const alertFile = z.strictObject({
  groups: z.array(
    z.strictObject({
      name: z.string(),
      rules: z.array(
        z.strictObject({
          alert: z.string().regex(/^[A-Z][A-Za-z]+$/),
          expr: z.string(),
          for: z
            .string()
            .regex(/^\d+[smh]$/)
            .optional(),
          labels: z.strictObject({ severity: z.enum(['page', 'ticket']) }),
          annotations: z.strictObject({ summary: z.string().min(1), runbook: z.string() }),
        }),
      ),
    }),
  ),
});
/** An alert rule of Prometheus. */
export type Alert = z.infer<typeof alertFile>['groups'][number]['rules'][number];

const dashboard = z.object({
  uid: z.string(),
  panels: z.array(
    z.object({
      title: z.string(),
      targets: z.array(z.object({ expr: z.string(), legendFormat: z.string(), datasource: z.object({ uid: z.string() }) })).optional(),
    }),
  ),
});

/** The alert rules of `docker/prometheus/alerts.yml`. Throws if the file does not have Prometheus' format. */
export function alerts(): Alert[] {
  const text = readFileSync(join(root, 'docker/prometheus/alerts.yml'), 'utf8');
  return alertFile.parse(parse(text)).groups.flatMap(({ rules }) => rules);
}

/** The panels of all dashboards. */
export const panels = () =>
  readdirSync(dashboards)
    .filter(name => name.endsWith('.json'))
    .flatMap(name => dashboard.parse(JSON.parse(readFileSync(join(dashboards, name), 'utf8'))).panels);

/** Every expression of dashboards and alerts, with Grafana's own variables filled in. */
export const expressions = (): Expression[] => [
  ...alerts().map(({ alert, expr }) => ({ where: `alert ${alert}`, text: expr })),
  ...panels().flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => ({ where: `panel "${title}"`, text: expr.replaceAll('$__rate_interval', '1m') })),
  ),
];

/** The series of an expression. Throws if it is not PromQL. */
export function askedBy({ where, text }: Expression): Asked[] {
  const tree = parser.parse(text);
  const selectors: { sample: string; labels: string[]; from: number; to: number }[] = [];
  const groupings: { labels: string[]; from: number; to: number }[] = [];
  const aggregates: { from: number; to: number }[] = [];
  tree.iterate({
    enter: ({ name, type, from, to, node }) => {
      const slice = text.slice(from, to);
      if (type.isError) throw new Error(`${where}: ${text} is no PromQL at ${from}`);
      if (name === 'AggregateExpr') aggregates.push({ from, to });
      if (name === 'VectorSelector') selectors.push({ sample: '', labels: [], from, to });
      const selector = selectors.at(-1);
      if (name === 'Identifier' && selector) selector.sample = slice;
      if (name === 'LabelName' && node.parent?.name === 'UnquotedLabelMatcher') selector?.labels.push(slice);
      if (name === 'GroupingLabels')
        groupings.push({ labels: [], ...(aggregates.findLast(one => one.from <= from && to <= one.to) ?? { from, to }) });
      if (name === 'LabelName' && node.parent?.name === 'GroupingLabels') groupings.at(-1)?.labels.push(slice);
    },
  });
  return selectors.map(({ sample, labels, from, to }) => ({
    where,
    sample,
    metric: sample.replace(/_(bucket|sum|count)$/, ''),
    labels: [...new Set([...labels, ...groupings.filter(one => one.from <= from && to <= one.to).flatMap(one => one.labels)])],
  }));
}

/** Labels that Prometheus adds itself. */
const ofPrometheus = new Set(['job', 'instance']);

/** The series that dashboards and alerts query from the platform; `up` and target labels come from Prometheus. */
export const askedMetrics = (): Asked[] =>
  expressions()
    .flatMap(askedBy)
    .filter(({ sample }) => sample !== 'up')
    .map(({ labels, ...rest }) => ({ ...rest, labels: labels.filter(label => !ofPrometheus.has(label)) }));
