import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

describe('without Java, Maven and KAFKA_BROKERS', () => {
  let nothing: string;

  beforeAll(() => {
    nothing = mkdtempSync(join(tmpdir(), 'ciep-no-java-'));
  });
  afterAll(() => rmSync(nothing, { recursive: true, force: true }));

  it.each([
    ['npm run bus', 'tools/test/run.ts', 'bus'],
    ['npm run journeys', 'tools/test/run.ts', 'journeys'],
    ['npm run proofs', 'tools/test/run.ts', 'proofs', 'libs/platform'],
    ['npm run services', 'tools/services/services.ts', ''],
  ])(
    '%s fails with one line that names the ways',
    (_script, program, ...args) => {
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        ['--conditions=@ciep/source', '--import', './tools/ts.mjs', program, ...args],
        { cwd: join(import.meta.dirname, '../..'), env: { PATH: nothing, CIEP_DATA_DIR: nothing }, encoding: 'utf8' },
      );
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
      expect(stderr).toMatch(
        /^A real Kafka is needed .* Java 17 .* Three ways: install .*; or name a running one: KAFKA_BROKERS=.*; or do without: .*\n$/,
      );
    },
    60_000,
  );
});
