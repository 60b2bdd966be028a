import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { platformFolders } from '../../.dependency-cruiser.mjs';
import { forbiddenImports, importRules } from './imports.js';
import { canary, committableFiles, repository } from './tree.js';

jest.setTimeout(120_000); // reads every source, on a machine that may be busy

describe('import rules', () => {
  it('hold in every app and library', async () => {
    expect(await forbiddenImports(repository)).toEqual([]);
  });

  it('define the order of every folder of the platform', () => {
    const folders = committableFiles().map(({ path }) => /^libs\/platform\/src\/([^/]+)\//.exec(path)?.[1]);
    expect([...new Set(folders.filter(folder => folder !== undefined))].sort()).toEqual([...platformFolders].sort());
  });

  describe('canary', () => {
    let found: string[];
    beforeAll(async () => {
      found = await forbiddenImports(canary);
    });

    it('makes every rule fire', () => {
      const fired = new Set(found.map(violation => violation.split(':')[0]));
      expect([...fired].sort()).toEqual([...importRules].sort());
    });

    it('finds imports of a higher folder of the platform, also of a type, and none of a lower one', () => {
      expect(found.filter(violation => violation.startsWith('platform-imports-downwards')).sort()).toEqual([
        'platform-imports-downwards: libs/platform/src/database/knows-http.ts -> libs/platform/src/http/route.ts',
        'platform-imports-downwards: libs/platform/src/http/route.ts -> libs/platform/src/index.ts',
      ]);
    });

    it('allows imports that a role needs', () => {
      expect(found.filter(violation => /: \S+(\/right\/|[.]module[.]ts ->)/.test(violation))).toEqual([]);
    });
  });
});
