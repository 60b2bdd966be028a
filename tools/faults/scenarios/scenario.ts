import type { Trial } from '../trial.js';

/** What a scenario is told. */
export interface Orders {
  /** Decides everything that is drawn by chance. */
  readonly seed: number;
  /** How long the nemesis goes on. */
  readonly minutes: number;
  /** How often the crash matrix and the data-loss audit are gone through. */
  readonly rounds: number;
  /** Clients of the storm. */
  readonly clients: number;
  /** Prints a line of progress. */
  readonly say: (line: string) => void;
}

/** What came of it besides broken promises: figures for the table, and what is wrong by itself. */
export interface Findings {
  readonly figures: Readonly<Record<string, string | number>>;
  readonly troubles: readonly string[];
}

/** One way to hurt a platform. Everything runs on the same one; after each the evidence is judged. */
export interface Scenario {
  readonly name: string;
  /** One line for the list of scenarios. */
  readonly about: string;
  readonly run: (trial: Trial, orders: Orders) => Promise<Findings>;
}
