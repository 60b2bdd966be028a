import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '../../libs/platform/src/network/free-port.js';
import { eventually } from '../../libs/testing/src/eventually.js';
import { blocksOf, playGuide } from './guide.js';

/** Whether exhibition has received the demo edition, an event of its first start. */
async function isOpen(base: string): Promise<void> {
  const { id } = (await (await fetch(`${base}/v1/conference/editions/demo`)).json()) as { id: string };
  const { status } = await fetch(`${base}/v1/exhibition/editions/${id}/nodes`);
  expect(status).toBe(200);
}

describe('the API guide', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ciep-guide-'));
  let platform: ReturnType<typeof spawn>;
  let base: string;

  beforeAll(async () => {
    chmodSync(folder, 0o755); // PostgreSQL may run as another user
    const port = await freePort();
    base = `http://localhost:${port}`;
    const source = ['--conditions=@ciep/source', '--import', './tools/ts.mjs', 'apps/all-in-one/src/main.ts'];
    const env = { ...process.env, CIEP_DATA_DIR: folder, PORT: String(port) };
    platform = spawn(process.execPath, source, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    for await (const part of platform.stdout ?? []) {
      said += String(part);
      if (said.includes('CIEP is running')) break;
    }
    if (!said.includes('CIEP is running')) throw new Error(`the platform did not start: ${said}`);
    await eventually(() => isOpen(base));
  });

  afterAll(async () => {
    if (platform.exitCode === null) {
      platform.kill('SIGTERM');
      await once(platform, 'exit');
    }
    rmSync(folder, { recursive: true, force: true });
  });

  it('shows commands with the documented output', async () => {
    const blocks = blocksOf(readFileSync('docs/api-guide.md', 'utf8'));
    expect(blocks.length).toBeGreaterThan(10);
    const PATH = `${join(process.cwd(), 'node_modules/.bin')}:${process.env['PATH']}`;
    expect(await playGuide(blocks, { ...process.env, BASE: base, PATH })).toEqual([]);
  });
});

describe('running a guide', () => {
  const fence = '```';
  const guide = (...parts: string[]) => blocksOf(['# A guide', ...parts].join('\n\n'));
  const bash = (commands: string) => `${fence}bash\n${commands}\n${fence}`;
  const answer = (lines: string) => `${fence}text\n${lines}\n${fence}`;

  it('keeps variables between blocks and compares the output with the documented one', async () => {
    const blocks = guide(
      bash('A=1'),
      'and',
      bash('echo "id $A$RANDOM [x]"; echo more; echo end'),
      answer('id 1… [x]\nend'),
      bash('echo done'),
    );
    expect(blocks.map(({ line }) => line)).toEqual([3, 9, 18]);
    expect(await playGuide(blocks, process.env)).toEqual([]);
  });

  it('reports a failing command with its line, and runs nothing after it', async () => {
    const blocks = guide(bash('true'), bash('echo found nothing; (exit 22)'), bash('echo on >&2'));
    expect(await playGuide(blocks, process.env)).toEqual(['line 7 exits 22: found nothing']);
  });

  it('reports missing output, and anything on standard error', async () => {
    const blocks = guide(bash('echo 403'), answer('200'), bash('echo hm >&2'));
    expect(await playGuide(blocks, process.env)).toEqual(['up to line 11, standard error: hm', 'line 3 does not print: 200']);
  });
});
