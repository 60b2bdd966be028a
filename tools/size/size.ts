// Sizes: npm run size shows the parts that have a budget; npm run size -- main..branch the size of a change.
import { execFileSync } from 'node:child_process';
import { budgets, linesIn } from '../checks/budgets.js';
import { committableFiles } from '../checks/tree.js';
import { changesOf, summary } from './changes.js';

const [range] = process.argv.slice(2);
if (range === undefined) {
  const files = committableFiles();
  for (const budget of budgets) console.log(`${String(linesIn(budget, files)).padStart(6)} of ${budget.most} lines  ${budget.part}`);
} else {
  const diff = (...options: string[]): string => execFileSync('git', ['diff', '--no-renames', ...options, range], { encoding: 'utf8' });
  console.log(summary(changesOf(diff('--name-status'), diff('--numstat'))));
}
