import { cruise, type ICruiseResult } from 'dependency-cruiser';
import config from '../../.dependency-cruiser.mjs';

const forbidden = config.forbidden ?? [];

/** Names of all import rules. */
export const importRules: readonly string[] = [...new Set(forbidden.map(rule => rule.name ?? 'without a name'))];

/** Imports below `apps` and `libs` of a root folder that a rule of `.dependency-cruiser.mjs` forbids: `rule: file -> file`. */
export async function forbiddenImports(root: string): Promise<string[]> {
  const { output } = await cruise(['apps', 'libs'], {
    ...config.options,
    baseDir: root,
    ruleSet: { forbidden },
    validate: true,
  });
  return (output as ICruiseResult).summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`);
}
