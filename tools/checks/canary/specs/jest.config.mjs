import config from '../../../../jest.config.mjs';

const rootDir = new URL('../../../..', import.meta.url).pathname;
const [base] = config.projects;
const suite = displayName => ({
  ...base,
  rootDir,
  displayName,
  testMatch: [`<rootDir>/tools/checks/canary/specs/${displayName}/*.spec.ts`],
});

export default { ...config, rootDir, testTimeout: 1_000, projects: ['wrong', 'one-after-the-other'].map(suite) };
