import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { scratchCopy, type Scratch } from './scratch.js';

jest.setTimeout(20 * 60_000); // builds, lints and tests in sequence, as a developer would

describe('a skeleton that npm run new makes', () => {
  let scratch: Scratch;
  beforeAll(() => {
    scratch = scratchCopy();
  });
  afterAll(() => scratch.remove());
  /** The changes outside its folder; documents that were stale before change too, but do not name it. */
  const namingIt = () =>
    scratch
      .changed()
      .filter(path => !path.startsWith('apps/samples/') && readFileSync(join(scratch.root, path), 'utf8').includes('samples'));
  const npm = (...args: string[]) => scratch.run('npm', 'run', '-s', ...args);

  it('is generated: a service, a second aggregate and a verb; outside its folder it changes at most eight files', async () => {
    await npm('new', '--', 'service', 'samples', '--aggregate', 'tea-tasting', '--zh', '样品', '--en', 'samples');
    const outside = namingIt();
    expect(outside.length).toBeLessThanOrEqual(8);
    expect(outside).toEqual(
      expect.arrayContaining(['docker/compose.yaml', 'k8s/base/services.yaml', 'docs/openapi/samples.json', 'docs/access.md']),
    );
    await npm('new', '--', 'aggregate', 'lottery', '--in', 'samples');
    await npm('new', '--', 'use-case', 'close-tea-tasting', '--in', 'samples/tea-tastings');
    expect(namingIt()).toEqual(outside);
  });

  it('is formatted, typed and linted', async () => {
    await scratch.run('npx', 'prettier', '--check', ...scratch.changed());
    await npm('types');
    await scratch.run(
      'npx',
      'eslint',
      '--max-warnings',
      '0',
      'apps/samples',
      'libs/contracts/src/services.ts',
      'libs/contracts/src/samples',
    );
  });

  it('passes the checks of structure, manifests and documents', async () => {
    await npm(
      'checks',
      '--',
      'tools/deployment',
      'tools/checks/(imports|cards|features|file-names|lock-file|migrations|repository-content)',
    );
    await npm('docs', '--', 'tools/docs/openapi.spec.ts', 'tools/docs/readme.spec.ts');
  });

  it('passes its own tests', async () => {
    expect(await npm('unit', '--', 'apps/samples')).toMatch(/^Test Suites: 2 passed, 2 total$/m);
    expect(await npm('e2e', '--', 'apps/samples')).toMatch(/^Test Suites: 3 passed, 3 total$/m);
  });
});
