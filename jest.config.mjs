const base = {
  // Node loads spec files, once for each worker what they test: tools/test/native-loader.mjs.
  testEnvironment: '<rootDir>/tools/test/native-environment.mjs',
  testRunner: '<rootDir>/tools/test/native-runner.mjs',
  transform: {},
  modulePathIgnorePatterns: ['<rootDir>/(apps|libs)/[^/]+/dist/'],
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
};
const suite = (name, testMatch) => ({ ...base, displayName: name, testMatch });

export default {
  workerIdleMemoryLimit: '1GB',
  workerGracefulExitTimeout: 5_000,
  // For tests that hang: how quick something has to be is measured by the test that says so, and the machine may have much else to do.
  testTimeout: 180_000,
  projects: [
    suite('unit', ['<rootDir>/{apps,libs}/*/src/**/*.spec.ts']),
    suite('e2e', ['<rootDir>/{apps,libs}/*/test/**/*.e2e-spec.ts']),
    suite('bus', ['<rootDir>/libs/platform/test/**/*.bus-spec.ts']),
    suite('journeys', ['<rootDir>/apps/all-in-one/test/**/*.journey-spec.ts']),
    suite('checks', ['<rootDir>/tools/{checks,deployment,faults,generators,size}/*.spec.ts']),
    suite('pages', ['<rootDir>/{apps,libs}/*/test/**/*.pages-spec.ts']),
    suite('docs', ['<rootDir>/tools/docs/*.spec.ts']),
    suite('proofs', ['<rootDir>/{apps,libs}/*/test/**/*.proof-spec.ts', '<rootDir>/tools/{faults,generators}/**/*.proof-spec.ts']),
    suite('clients', ['<rootDir>/tools/sdks/*.proof-spec.ts']),
    suite('conformance', ['<rootDir>/tools/openapi/*.proof-spec.ts']),
  ],
};
