import { describe, expect, it } from '@jest/globals';
import { fileNameFaults } from './file-names.js';
import { canary, committableFiles, filesBelow } from './tree.js';

describe('names and sizes of files', () => {
  it('are valid in the repository', () => {
    expect(fileNameFaults(committableFiles())).toEqual([]);
  });

  it('canary: every fault is found, and nothing else', () => {
    const tooLong = { path: 'apps/gamma/src/papers/paper.entity.ts', text: () => '\n'.repeat(401) };
    const longByNature = { path: 'apps/gamma/src/database/seed.ts', text: () => '\n'.repeat(401) };
    expect(fileNameFaults([...filesBelow(canary), tooLong, longByNature])).toEqual([
      'apps/gamma/src/helpers/dates.rules.ts: "helpers" says nothing about what is in it',
      'apps/gamma/src/papers/index.ts: no index.ts in apps, import the file itself',
      'apps/gamma/src/papers/index.ts: "" is none of the suffixes of src/',
      'apps/gamma/src/papers/paper.e2e-spec.ts: ".e2e-spec" is none of the suffixes of src/',
      'apps/gamma/src/papers/paper.handler.ts: ".handler" is none of the suffixes of src/',
      'apps/gamma/src/papers/paperList.queries.ts: file names are written-like-this',
      'apps/gamma/src/papers/utils.ts: "utils" says nothing about what is in it',
      'apps/gamma/src/papers/utils.ts: "" is none of the suffixes of src/',
      'apps/gamma/test/papers.use-case.ts: ".use-case" is none of the suffixes of test/',
      'libs/gamma/src/base.ts: "base" says nothing about what is in it',
      'apps/gamma/src/papers/paper.entity.ts: 401 lines, at most 400',
    ]);
  });
});
