import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { forbiddenImports, importRules } from './imports.js';
import { canary, repository } from './tree.js';

jest.setTimeout(120_000); // reads every source, beside whatever else the machine does

describe('who may import whom', () => {
  it('holds in every app and library', async () => {
    expect(await forbiddenImports(repository)).toEqual([]);
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

    it('has nothing against imports that a role needs', () => {
      expect(found.filter(violation => /: \S+(\/right\/|[.]module[.]ts ->)/.test(violation))).toEqual([]);
    });
  });
});
