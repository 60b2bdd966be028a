import type { OneProcess } from './one-process.js';

/** One line of the result. */
export interface Line {
  readonly what: string;
  /** The goal; missing if a figure is only recorded. */
  readonly goal?: string;
  readonly reached: string;
  /** Missing without a goal. */
  readonly isMet?: boolean;
}

/** What the parts of a run share. */
export interface Stage {
  /** The platform in one process; started on first use. */
  platform(): Promise<OneProcess>;
}

/** A part of the bench; `npm run bench -- <name>` runs it alone. */
export interface Part {
  readonly name: string;
  run(stage: Stage): Promise<Line[]>;
}

/** The median; for an even count the mean of the two middle values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return ((sorted[Math.ceil(half) - 1] ?? NaN) + (sorted[Math.floor(half)] ?? NaN)) / 2;
}

/** The value below which this share of all values lies. */
export const percentile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? NaN;

/** `1.02 (0.97–1.10)`: the median and the full range. */
export function spread(values: readonly number[], digits = 2): string {
  const shown = (value: number) => value.toFixed(digits);
  return `${shown(median(values))} (${shown(Math.min(...values))}–${shown(Math.max(...values))})`;
}

/** The same as percent. */
export const percent = (ratios: readonly number[]): string =>
  `${spread(
    ratios.map(ratio => ratio * 100),
    0,
  )} %`;
