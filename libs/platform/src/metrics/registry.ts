import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/**
 * All metrics of the process. One for the process, as prom-client and Prometheus see it: several services in it tell themselves
 * apart by the label `service`.
 */
export const registry = new Registry();

/** What a metric is called and means, and its labels; a label's values must be few and never name a person. */
interface Described<Label extends string> {
  readonly name: `ciep_${string}`;
  readonly help: string;
  readonly labels: readonly Label[];
}

/** Declares a number that only rises: `counter({ name: 'ciep_mails_total', help: '…', labels: ['outcome'] })`. */
export const counter = <Label extends string>({ name, help, labels }: Described<Label>): Counter<Label> =>
  new Counter({ name, help, labelNames: labels, registers: [registry] });

/** Declares a number that rises and falls. */
export const gauge = <Label extends string>({ name, help, labels }: Described<Label>): Gauge<Label> =>
  new Gauge({ name, help, labelNames: labels, registers: [registry] });

/** Declares a distribution, in seconds unless its name says otherwise. */
export const histogram = <Label extends string>({
  buckets,
  name,
  help,
  labels,
}: Described<Label> & { readonly buckets: readonly number[] }): Histogram<Label> =>
  new Histogram({ name, help, labelNames: labels, buckets: [...buckets], registers: [registry] });
