const base = {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['@ciep/source', 'node', 'node-addons'] },
  modulePathIgnorePatterns: ['<rootDir>/(apps|libs)/[^/]+/dist/'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '^.+\\.ts$': '@swc/jest' },
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
};
const suite = (name, testMatch) => ({ ...base, displayName: name, testMatch });

export default {
  workerIdleMemoryLimit: '768MB',
  // For tests that hang: how quick something has to be is measured by the test that says so, and the machine may have much else to do.
  testTimeout: 180_000,
  projects: [
    suite('unit', ['<rootDir>/{apps,libs}/*/src/**/*.spec.ts']),
    suite('e2e', ['<rootDir>/{apps,libs}/*/test/**/*.e2e-spec.ts']),
    suite('bus', ['<rootDir>/libs/platform/test/**/*.bus-spec.ts']),
    suite('journeys', ['<rootDir>/apps/all-in-one/test/**/*.journey-spec.ts']),
    suite('checks', ['<rootDir>/tools/{checks,deployment}/*.spec.ts']),
    suite('faults', ['<rootDir>/tools/faults/**/*spec.ts']),
    suite('docs', ['<rootDir>/tools/docs/*.spec.ts']),
  ],
};
