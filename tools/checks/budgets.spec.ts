import { describe, expect, it } from '@jest/globals';
import { budgetFaults, budgets, largestFeature, mostDependencies } from './budgets.js';
import { committableFiles, type SourceFile } from './tree.js';

const file = (path: string, lines: number): SourceFile => ({ path, text: () => '\n'.repeat(lines) });
const aClass = (path: string, dependencies: number): SourceFile => {
  const parameters = Array.from({ length: dependencies }, (_, at) => `    private readonly one${at}: Map<string, One${at}>,`);
  return { path, text: () => ['@Injectable()', 'export class Hungry {', '  constructor(', ...parameters, '  ) {}', '}'].join('\n') };
};
/** A file in each part that has a budget. */
const inside: Readonly<Record<string, string>> = {
  'libs/kernel': 'libs/kernel/src/money.ts',
  'libs/contracts without the events': 'libs/contracts/src/billing/permissions.ts',
  'libs/platform': 'libs/platform/src/http/route.ts',
  'libs/testing': 'libs/testing/src/api.ts',
  tools: 'tools/lint/rule.mjs',
  'docs/openapi': 'docs/openapi/billing.json',
};

describe('budgets', () => {
  it('are kept', () => {
    expect(budgetFaults(committableFiles())).toEqual([]);
  });

  it.each(budgets)('canary: $part is at its limit, and then a line above', ({ part, most }) => {
    const path = inside[part] ?? '';
    const half = Math.floor(most / 2);
    const rest = `${path.slice(0, path.lastIndexOf('.'))}-2${path.slice(path.lastIndexOf('.'))}`;
    expect(budgetFaults([file(path, half), file(rest, most - half)])).toEqual([]);
    expect(budgetFaults([file(path, half), file(rest, most - half + 1)])).toEqual([
      expect.stringContaining(`${part}: ${most + 1} lines, at most ${most}`),
    ]);
  });

  it('do not count specs of libraries, nor events', () => {
    const large = ['libs/platform/src/http/route.spec.ts', 'libs/kernel/src/money.spec.ts', 'libs/contracts/src/billing/events.ts'];
    expect(budgetFaults(large.map(path => file(path, 100_000)))).toEqual([]);
  });

  it('canary: a feature folder with too many files, and one with too many lines', () => {
    const many = Array.from({ length: largestFeature.files + 1 }, (_, at) => file(`apps/alpha/src/papers/paper-${at}.rules.ts`, 1));
    expect(budgetFaults(many.slice(1))).toEqual([]);
    expect(budgetFaults(many)).toEqual([`apps/alpha/src/papers: ${largestFeature.files + 1} files, at most ${largestFeature.files}`]);
    expect(budgetFaults([file('apps/alpha/src/papers/paper.rules.ts', largestFeature.lines + 1)])).toEqual([
      `apps/alpha/src/papers: ${largestFeature.lines + 1} lines, at most ${largestFeature.lines}`,
    ]);
  });

  it('canary: a class with too many dependencies', () => {
    const path = 'apps/alpha/src/papers/paper.service.ts';
    expect(budgetFaults([aClass(path, mostDependencies)])).toEqual([]);
    expect(budgetFaults([aClass(path, mostDependencies + 1)])).toEqual([
      `${path}: a constructor asks for ${mostDependencies + 1} things, at most ${mostDependencies}`,
    ]);
  });
});
