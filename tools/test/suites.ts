/** A level of tests: a project of `jest.config.mjs` and its environment. */
export interface Suite {
  readonly name: string;
  readonly needs: Needs;
  /** Jest workers. A suite runs alone if a spec file needs both cores or measures time. */
  readonly workers: number;
  /** The suite waits more than it computes, so `npm test` runs it beside the others. */
  readonly waits?: true;
  /** A proof takes minutes (it waits for recovery, or sends thousands of requests), so it is part of `npm run proofs` instead of `npm test`. */
  readonly isProof?: true;
}

/** Servers that a suite needs (`backends.ts`). */
export interface Needs {
  readonly postgres: boolean;
  readonly kafka: boolean;
}

const nothing: Needs = { postgres: false, kafka: false };
const postgres: Needs = { postgres: true, kafka: false };
const everything: Needs = { postgres: true, kafka: true };

/** Every suite, the quick ones first. */
export const suites: readonly Suite[] = [
  { name: 'checks', needs: nothing, workers: 2 },
  { name: 'unit', needs: nothing, workers: 2 },
  { name: 'docs', needs: postgres, workers: 2 },
  // Needs Chromium.
  { name: 'pages', needs: postgres, workers: 2 },
  { name: 'e2e', needs: postgres, workers: 2 },
  { name: 'bus', needs: everything, workers: 1, waits: true },
  { name: 'journeys', needs: everything, workers: 2 },
  { name: 'proofs', needs: everything, workers: 1, isProof: true },
  // Needs the compilers of other languages.
  { name: 'clients', needs: nothing, workers: 1, isProof: true },
  // Needs Schemathesis.
  { name: 'conformance', needs: postgres, workers: 1, isProof: true },
];
