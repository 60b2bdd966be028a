import type { Outcome } from './jest.js';

/** A finished step of `npm test`. `trouble` explains what the numbers do not. */
export interface Step extends Outcome {
  readonly name: string;
  readonly seconds: number;
  readonly trouble?: string;
}

/** The counts of a step without tests, or one that never began. */
export const noTests = { passed: 0, failed: 0, skipped: 0 } as const;

/** A whole suite fails if tests were skipped or there are none. */
export function judgedSuite(outcome: Outcome): Outcome & { trouble?: string } {
  if (outcome.skipped > 0) return { ...outcome, code: 1, trouble: `${outcome.skipped} did not run` };
  if (outcome.passed + outcome.failed === 0) return { ...outcome, code: 1, trouble: 'there was no test' };
  return outcome;
}

const isGreen = (step: Step) => step.code === 0 && step.failed === 0;
/** A step that fails without a failing test (lint, a server that did not start) counts as one failure. */
const failures = (step: Step) => (isGreen(step) ? 0 : Math.max(1, step.failed));

/** The table of steps, with the last line `N passed, N failed`, and the exit code. */
export function verdict(steps: readonly Step[]): { readonly code: number; readonly text: string } {
  const lines = steps.map(step => {
    const tests = step.passed + step.failed > 0 ? `${step.passed} passed, ${step.failed} failed` : '';
    const took = `${step.seconds.toFixed(0)} s`.padStart(6);
    return [isGreen(step) ? 'ok    ' : 'FAILED', step.name.padEnd(9), took, tests, step.trouble ?? ''].join('  ').trimEnd();
  });
  const passed = steps.reduce((sum, step) => sum + step.passed, 0);
  const failed = steps.reduce((sum, step) => sum + failures(step), 0);
  return { code: failed === 0 ? 0 : 1, text: [...lines, '', `${passed} passed, ${failed} failed`].join('\n') };
}
