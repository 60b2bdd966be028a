import type { Operation } from './history.js';
import type { Injected } from './nemesis.js';

/** How long callers missed a killed service: until the first later call that succeeded, in milliseconds. */
export function recoveries(injected: readonly Injected[], operations: readonly Operation[]): number[] {
  const successes = operations.filter(({ outcome }) => outcome === 'ok').toSorted((a, b) => a.begun - b.begun);
  return injected
    .filter(({ fault: { kind } }) => kind === 'kill' || kind === 'kill-all' || kind === 'crash')
    .flatMap(({ at, victim }) => {
      const back = successes
        .filter(({ begun, service }) => begun >= at && (victim === undefined || service === victim))
        .map(({ ended }) => ended);
      return back.length > 0 ? [Math.min(...back.slice(0, 50)) - at] : [];
    });
}

/** The value of a percentile; 0 for an empty list. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? 0;
}

/** Figures of a list of recoveries for the table. */
export const recoveryFigures = (times: readonly number[]) => ({
  'recovery p50, ms': percentile(times, 50),
  'recovery max, ms': Math.max(0, ...times),
});

/** The count of each kind, for the table. */
export const faultFigures = (injected: readonly Injected[]): Record<string, number> =>
  Object.fromEntries(
    [...Map.groupBy(injected, ({ name }) => name)]
      .map(([name, those]) => [`faults: ${name}`, those.length] as const)
      .toSorted(([a], [b]) => a.localeCompare(b)),
  );
