import { describe, expect, it } from '@jest/globals';
import { judgedSuite, noTests, verdict, type Step } from '../test/verdict.js';

const step = (name: string, outcome: Partial<Step> = {}): Step => ({ ...noTests, name, code: 0, seconds: 1.4, ...outcome });

describe('npm test', () => {
  it('prints the sum of its suites in the last line', () => {
    const { code, text } = verdict([step('lint'), step('unit', { passed: 12 }), step('e2e', { passed: 30, seconds: 84 })]);
    expect(code).toBe(0);
    expect(text.split('\n')).toEqual([
      'ok      lint          1 s',
      'ok      unit          1 s  12 passed, 0 failed',
      'ok      e2e          84 s  30 passed, 0 failed',
      '',
      '42 passed, 0 failed',
    ]);
  });

  it.each([
    ['a failing test', step('unit', { passed: 11, failed: 2, code: 1 }), '11 passed, 2 failed'],
    ['a failing tool', step('lint', { code: 2 }), '0 passed, 1 failed'],
    ['an exit code although every test passed', step('unit', { passed: 3, code: 1 }), '3 passed, 1 failed'],
    ['a suite without a test', step('docs', judgedSuite({ ...noTests, code: 0 })), '0 passed, 1 failed'],
    ['a skipped test', step('unit', judgedSuite({ ...noTests, passed: 3, skipped: 1, code: 0 })), '3 passed, 1 failed'],
  ])('canary: %s makes it fail', (_what, failing, lastLine) => {
    const { code, text } = verdict([failing, step('types')]);
    expect(code).toBe(1);
    expect(text).toContain('FAILED');
    expect(text.split('\n').at(-1)).toBe(lastLine);
  });
});
