import { crashMatrix, crashPoints } from './crash-matrix.js';
import { dataLoss } from './data-loss.js';
import { nemesisRun } from './nemesis-run.js';
import type { Scenario } from './scenario.js';
import { storm } from './storm.js';

/** The scenarios of `npm run faults`, in this order. */
export const scenarios: readonly Scenario[] = [storm, crashMatrix, nemesisRun, dataLoss];

/** Further scenarios that run only by name. */
export const others: readonly Scenario[] = [crashPoints];
