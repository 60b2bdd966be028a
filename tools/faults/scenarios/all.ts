import { crashMatrix, crashPoints } from './crash-matrix.js';
import { dataLoss } from './data-loss.js';
import { nemesisRun } from './nemesis-run.js';
import type { Scenario } from './scenario.js';
import { storm } from './storm.js';

/** What `npm run faults` plays, in this order. */
export const scenarios: readonly Scenario[] = [storm, crashMatrix, nemesisRun, dataLoss];

/** What can be asked for by name besides. */
export const others: readonly Scenario[] = [crashPoints];
