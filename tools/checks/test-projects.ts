import { matchesGlob } from 'node:path';

/** A project of Jest: its name and the globs of its files, below `<rootDir>/`. */
export interface TestProject {
  readonly displayName: string;
  readonly testMatch: readonly string[];
}

/** Spec files that belong to no project, and so never run, or to several, and so run twice. */
export function strayTests(paths: readonly string[], projects: readonly TestProject[]): string[] {
  return paths
    .filter(path => /spec[.][cm]?[jt]sx?$/.test(path))
    .map(path => ({
      path,
      homes: projects.filter(project => project.testMatch.some(glob => matchesGlob(path, glob.replace('<rootDir>/', '')))),
    }))
    .filter(({ homes }) => homes.length !== 1)
    .map(({ path, homes }) => `${path}: is in ${homes.map(home => home.displayName).join(' and ') || 'no project'}`);
}
