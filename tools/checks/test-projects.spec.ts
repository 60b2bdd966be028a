import { describe, expect, it } from '@jest/globals';
import jest from '../../jest.config.mjs';
import { suites } from '../test/suites.js';
import { strayTests } from './test-projects.js';
import { committableFiles } from './tree.js';

describe('spec files', () => {
  it('belong to exactly one Jest project each', () => {
    expect(
      strayTests(
        committableFiles().map(file => file.path),
        jest.projects,
      ),
    ).toEqual([]);
  });

  it('canary: a file in no project and a file in two are found', () => {
    const projects = [
      { displayName: 'unit', testMatch: ['<rootDir>/{apps,libs}/*/src/**/*.spec.ts'] },
      { displayName: 'extra', testMatch: ['<rootDir>/apps/*/src/*.spec.ts'] },
    ];
    const paths = [
      'apps/a/src/b/c.spec.ts',
      'apps/a/src/c.spec.ts',
      'apps/a/test/c.spec.ts',
      'apps/a/src/b/c.e2e-spec.ts',
      'apps/a/src/c.ts',
    ];
    expect(strayTests(paths, projects)).toEqual([
      'apps/a/src/c.spec.ts: is in unit and extra',
      'apps/a/test/c.spec.ts: is in no project',
      'apps/a/src/b/c.e2e-spec.ts: is in no project',
    ]);
  });

  it('run in npm test or npm run proofs, whatever their project', () => {
    expect(suites.map(suite => suite.name).sort()).toEqual(jest.projects.map(project => project.displayName).sort());
  });
});
