import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
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
      if (said.includes('CIEP is running')) return;
    }
    throw new Error(`the platform did not start: ${said}`);
  }, 60_000);

  afterAll(async () => {
    if (platform.exitCode === null) {
      platform.kill('SIGTERM');
      await once(platform, 'exit');
    }
    rmSync(folder, { recursive: true, force: true });
  }, 20_000);

  it('shows commands that do what it says', async () => {
    const guide = readFileSync('docs/api-guide.md', 'utf8');
    const commands = [...guide.matchAll(/```bash\n([^]*?)```/g)].map(([, block = '']) => block).join('\n');
    const PATH = `${join(process.cwd(), 'node_modules/.bin')}:${process.env['PATH']}`;
    const bash = spawn('bash', ['-euo', 'pipefail'], { env: { ...process.env, BASE: base, PATH } });
    bash.stdin.end(commands);
    const [printed, complaints] = await Promise.all([text(bash.stdout), text(bash.stderr), once(bash, 'exit')]);
    expect({ code: bash.exitCode, complaints, end: bash.exitCode === 0 ? '' : printed.slice(-2_000) }).toEqual({
      code: 0,
      complaints: '',
      end: '',
    });
    expect(printed).toContain('"code":"demo"');
    expect(printed).toContain('"status":"submitted"');
    expect(printed).toContain('"status":"withdrawn"');
    expect(printed).toMatch(/^whsec_/m);
  }, 90_000);
});
