import type { Trial } from '../trial.js';

/** The options of a scenario. */
export interface Orders {
  /** Seeds everything that is drawn by chance. */
  readonly seed: number;
  /** How long the nemesis runs. */
  readonly minutes: number;
  /** How often the crash matrix and the data loss are repeated. */
  readonly rounds: number;
  /** Clients of the storm. */
  readonly clients: number;
  /** Prints a line of progress. */
  readonly say: (line: string) => void;
}

/** The result besides broken promises: figures for the table, and failures of the scenario itself. */
export interface Findings {
  readonly figures: Readonly<Record<string, string | number>>;
  readonly troubles: readonly string[];
}

/** One way to disturb a platform. All scenarios share one; after each the evidence is checked. */
export interface Scenario {
  readonly name: string;
  /** One line for the list of scenarios. */
  readonly about: string;
  readonly run: (trial: Trial, orders: Orders) => Promise<Findings>;
}
