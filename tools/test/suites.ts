/** A level of tests: a project of `jest.config.mjs` and what it runs on. */
export interface Suite {
  readonly name: string;
  readonly needs: Needs;
  /** Jest workers. Suites that start whole platforms run one file at a time. */
  readonly workers: number;
}

/** Servers that a suite is given (`backends.ts`). */
export interface Needs {
  readonly postgres: boolean;
  readonly kafka: boolean;
}

const nothing: Needs = { postgres: false, kafka: false };
const postgres: Needs = { postgres: true, kafka: false };
const everything: Needs = { postgres: true, kafka: true };

/** Every suite, in the order of `npm test`: the quick ones first. */
export const suites: readonly Suite[] = [
  { name: 'checks', needs: nothing, workers: 2 },
  { name: 'unit', needs: nothing, workers: 2 },
  { name: 'e2e', needs: postgres, workers: 2 },
  { name: 'bus', needs: everything, workers: 1 },
  { name: 'journeys', needs: everything, workers: 1 },
  { name: 'docs', needs: postgres, workers: 1 },
  { name: 'faults', needs: postgres, workers: 1 },
];
