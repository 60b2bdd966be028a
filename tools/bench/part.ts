import type { OneProcess } from './one-process.js';

/** One line of the result. */
export interface Line {
  readonly what: string;
  /** As the issue says it; absent where a figure is only recorded. */
  readonly goal?: string;
  readonly reached: string;
  /** Absent without a goal. */
  readonly met?: boolean;
}

/** What the parts of a run share. */
export interface Stage {
  /** The platform in one process; started when first asked for. */
  platform(): Promise<OneProcess>;
}

/** A part of the bench, run alone by `npm run bench -- <name>`. */
export interface Part {
  readonly name: string;
  run(stage: Stage): Promise<Line[]>;
}

/** The middle one; of an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return ((sorted[Math.ceil(half) - 1] ?? NaN) + (sorted[Math.floor(half)] ?? NaN)) / 2;
}

/** The value below which this share of all lies. */
export const percentile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? NaN;

/** `1.02 (0.97–1.10)`: the median and the whole spread. */
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
