import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '../..');

describe('npm start', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ciep-start-script-'));
    for (const name of ['tsc', 'node']) {
      writeFileSync(join(folder, name), `#!/bin/sh\necho ${name} "$@"\n`);
      chmodSync(join(folder, name), 0o755);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const said = () => {
    const env = { PATH: `${folder}:/usr/bin:/bin` };
    return execFileSync('sh', [join(root, 'tools/start.sh')], { cwd: folder, env, encoding: 'utf8' })
      .trim()
      .split('\n');
  };
  const flags = '--max-semi-space-size=8 --max-old-space-size=512 --enable-source-maps';

  it('is tools/start.sh', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
    expect(scripts['start']).toBe('exec sh tools/start.sh');
  });

  it('runs the sources where there is no build, without making one', () => {
    expect(said()).toEqual([
      'Starting the databases and services ...',
      `node ${flags} --conditions=@ciep/source --import ./tools/ts.mjs apps/all-in-one/src/main.ts`,
    ]);
  });

  it('brings a build up to date, says so, and runs it; not when it cannot be built', () => {
    mkdirSync(join(folder, 'apps/all-in-one/dist'), { recursive: true });
    writeFileSync(join(folder, 'apps/all-in-one/dist/.tsbuildinfo'), '{}');
    expect(said()).toEqual([
      'Building what has changed ...',
      'tsc -b apps/all-in-one',
      'Starting the databases and services ...',
      `node ${flags} apps/all-in-one/dist/main.js`,
    ]);
    writeFileSync(join(folder, 'tsc'), '#!/bin/sh\nexit 2\n');
    expect(said).toThrow();
  });
});
