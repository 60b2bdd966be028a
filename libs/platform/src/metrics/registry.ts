import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** All metrics of the process. Services that share a process differ by the label `service`. */
export const registry = new Registry();

type MetricName = `ciep_${string}`;

/** Declares a number that only rises. Each label has few values, none of which identifies a person. */
export const counter = <Label extends string>(name: MetricName, help: string, labelNames: readonly Label[]): Counter<Label> =>
  new Counter({ name, help, labelNames, registers: [registry] });

/** Declares a number that rises and falls. */
export const gauge = <Label extends string>(name: MetricName, help: string, labelNames: readonly Label[]): Gauge<Label> =>
  new Gauge({ name, help, labelNames, registers: [registry] });

/** Declares a distribution, in seconds unless its name says otherwise. */
export const histogram = <Label extends string>(
  name: MetricName,
  help: string,
  labelNames: readonly Label[],
  buckets: readonly number[],
): Histogram<Label> => new Histogram({ name, help, labelNames, buckets: [...buckets], registers: [registry] });
