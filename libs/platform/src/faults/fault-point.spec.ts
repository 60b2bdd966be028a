import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PlatformSettings } from '../settings/platform-settings.js';
import { ConfigurationError } from '../settings/settings.js';
import { faultPoint, watchFaults } from './fault-point.js';

const ts = ['--conditions=@ciep/source', '--import', './tools/ts.mjs'];

describe('a fault point', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ciep-'));
    file = join(folder, 'faults.json');
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const arm = (service: string, point: string) => writeFileSync(file, JSON.stringify({ service, point }));

  /** How a process of billing ends that reaches the point `outbox.afterSend` and then says so. */
  async function ending(): Promise<{ signal: string | null; said: string }> {
    const program = `
      import { faultPoint, watchFaults } from './libs/platform/src/faults/fault-point.ts';
      watchFaults({ faultsFile: ${JSON.stringify(file)}, isProduction: false }, 'billing');
      faultPoint('outbox.afterSend');
      console.log('went on');`;
    const child = spawn(process.execPath, [...ts, '--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.on('data', chunk => (said += String(chunk)));
    await once(child, 'close');
    return { signal: child.signalCode, said };
  }

  it('kills the process that reaches it, once', async () => {
    arm('billing', 'outbox.afterSend');
    expect(await ending()).toEqual({ signal: 'SIGKILL', said: '' });
    expect([existsSync(file), existsSync(`${file}.fired`)]).toEqual([false, true]);
    expect(await ending()).toEqual({ signal: null, said: 'went on\n' });
  });

  it.each([
    ['another point', () => arm('billing', 'outbox.afterMark')],
    ['another service', () => arm('identity', 'outbox.afterSend')],
    ['a file that is being written', () => writeFileSync(file, '{ "service": "bil')],
  ])(
    'lets the process live that is not meant: %s',
    async (_what, prepare) => {
      prepare();
      expect((await ending()).said).toBe('went on\n');
      expect(existsSync(file)).toBe(true);
    },
    30_000,
  );

  it('does nothing where no file is named', () => {
    watchFaults(new PlatformSettings({}), 'billing');
    expect(() => faultPoint('tx.beforeCommit')).not.toThrow();
  });

  it('is refused by a production start', async () => {
    const settings = new PlatformSettings({ CIEP_FAULTS_FILE: file });
    expect(() => watchFaults(settings, 'billing')).toThrow(ConfigurationError);
    const environment = { ...process.env, CIEP_FAULTS_FILE: file, CIEP_PROFILE: 'production', NODE_OPTIONS: '' };
    const child = spawn(process.execPath, [...ts, 'apps/conference/src/main.ts'], {
      env: environment,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.on('data', chunk => (said += String(chunk)));
    const [code] = (await once(child, 'close')) as [number];
    expect([code, said]).toEqual([1, expect.stringContaining('CIEP_FAULTS_FILE')]);
  });
});
