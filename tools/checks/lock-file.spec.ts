import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { lockFileFaults, type LockFile } from './lock-file.js';
import { canary, repository } from './tree.js';

const lockFileOf = (root: string) => JSON.parse(readFileSync(`${root}/package-lock.json`, 'utf8')) as LockFile;

describe('package-lock.json', () => {
  it('is complete, with digests, and without registry hosts', () => {
    expect(lockFileFaults(lockFileOf(repository))).toEqual([]);
  });

  it('canary: a missing platform package, a URL and a missing digest are found', () => {
    expect(lockFileFaults(lockFileOf(canary))).toEqual([
      'node_modules/compiler: compiler-linux is missing',
      'node_modules/far: names the address https://mirror.example/far-1.0.0.tgz',
      'node_modules/far/node_modules/unsealed: has no digest',
    ]);
  });
});
