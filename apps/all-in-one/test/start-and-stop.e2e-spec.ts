import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@ciep/platform';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { wideLimits } from '../../../tools/services/wide-limits.js';
import { Story } from '../../../tools/tour/story.js';
import { book, departed, noteOf, notesOf, UnderWay, untilRefused } from './under-way.js';

const root = join(import.meta.dirname, '../../..');
const longest = 60_000;
/** Requests that are under way when it is told to stop. */
const burst = 30;

/** `npm start`, without its build step. */
class Start {
  said = '';
  complained = '';
  private readonly child: ChildProcess;
  private readonly ended: Promise<number | string | null>;

  constructor(dataDir: string, port: number, settings: NodeJS.ProcessEnv = {}) {
    const environment: NodeJS.ProcessEnv = { ...process.env, ...settings, PORT: String(port), CIEP_DATA_DIR: dataDir };
    delete environment['NODE_ENV'];
    delete environment['NODE_OPTIONS'];
    const program = ['--conditions=@ciep/source', '--import', './tools/ts.mjs', 'apps/all-in-one/src/main.ts'];
    this.child = spawn(process.execPath, program, { cwd: root, env: environment });
    this.child.stdout?.on('data', (text: Buffer) => (this.said += text.toString()));
    this.child.stderr?.on('data', (text: Buffer) => (this.complained += text.toString()));
    this.ended = new Promise(resolve => this.child.once('exit', (code, signal) => resolve(code ?? signal)));
  }

  async until(what: string, isThere: () => boolean): Promise<void> {
    for (const end = Date.now() + longest; !isThere(); await sleep(20)) {
      const ended = this.runs ? `not within ${longest / 1000} seconds` : 'it ended before';
      if (Date.now() > end || !this.runs) throw new Error(`${ended}: ${what}\n${this.said}${this.complained}`);
    }
  }

  ready(): Promise<void> {
    return this.until('the banner', () => this.said.includes('CIEP is running.'));
  }

  get runs(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** The exit code, or the signal that ended it. */
  end(): Promise<number | string | null> {
    return this.ended;
  }

  /** Tells it to stop, and how long that took, in milliseconds. */
  async stop(signal: NodeJS.Signals): Promise<{ code: number | string | null; took: number }> {
    const from = Date.now();
    this.child.kill(signal);
    return { code: await this.ended, took: Date.now() - from };
  }
}

describe('npm start', () => {
  let folder: string;
  let dataDir: string;
  let port: number;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ciep-start-'));
    chmodSync(folder, 0o755);
    dataDir = join(folder, 'data');
    port = await freePort();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const database = () => join(dataDir, 'postgres/cluster/postmaster.pid');
  // Of a process that has ended but was not waited for yet, the command line is empty.
  const isAlive = (pid: number) => existsSync(`/proc/${pid}`) && readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== '';
  const pidOfDatabase = () => (existsSync(database()) ? Number(readFileSync(database(), 'utf8').split('\n')[0]) : 0);

  it(
    'leaves no database behind when it is stopped before it has started',
    async () => {
      const start = new Start(dataDir, port);
      await start.until('a database process', () => pidOfDatabase() > 0);
      const pid = pidOfDatabase();
      const { code, took } = await start.stop('SIGINT');
      expect({ code, left: isAlive(pid), said: start.said, complained: start.complained }).toEqual({
        code: 0,
        left: false,
        said: '',
        complained: '',
      });
      expect(took).toBeLessThan(10_000);
    },
    2 * longest,
  );

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'is over within 10 seconds of %s and leaves no database behind',
    async signal => {
      const start = new Start(dataDir, port);
      await start.ready();
      const pid = pidOfDatabase();
      expect(isAlive(pid)).toBe(true);
      const { code, took } = await start.stop(signal);
      expect({ code, left: isAlive(pid), complained: start.complained }).toEqual({ code: 0, left: false, complained: '' });
      expect(took).toBeLessThan(10_000);
    },
    2 * longest,
  );

  it(
    'answers whole what it has accepted, takes nothing new, and keeps what it has acknowledged',
    async () => {
      const url = `http://localhost:${port}`;
      const first = new Start(dataDir, port, wideLimits);
      await first.ready();
      const booking = await book(new Story(url), '210000');
      const underWay = await UnderWay.begin(url, booking);
      const texts = Array.from({ length: burst }, () => randomUUID());
      let answered = 0;
      const sent = await Promise.all(
        texts.map(async text => {
          const { answer } = await departed(`${url}${booking.path}/notes`, await noteOf(booking, text));
          return { answer: answer.then(({ status }) => (answered += 1) && status) };
        }),
      );
      const stopped = first.stop('SIGTERM');
      // Otherwise there would be nothing to prove.
      expect(answered).toBeLessThan(burst);
      await untilRefused(url);
      expect(first.runs).toBe(true);
      expect(new Set(await Promise.all(sent.map(({ answer }) => answer)))).toEqual(new Set([201]));
      const kept = await underWay.finish();
      const { code, took } = await stopped;
      expect({ code, complained: first.complained }).toEqual({ code: 0, complained: '' });
      expect(took).toBeLessThan(12_000);

      const second = new Start(dataDir, port, wideLimits);
      await second.ready();
      const notes = await notesOf(booking);
      expect(texts.map(text => notes.filter(note => note === text).length)).toEqual(texts.map(() => 1));
      expect(await kept.isThere()).toBe(true);
      expect((await second.stop('SIGTERM')).code).toBe(0);
    },
    3 * longest,
  );

  it(
    'says in one line what is wrong and what to do: port taken, folder in use or unusable',
    async () => {
      const first = new Start(dataDir, port);
      await first.ready();
      const samePort = new Start(join(folder, 'other'), port);
      expect(await samePort.end()).toBe(1);
      expect(samePort.complained).toBe(
        `Port ${port} is taken by another program. Stop it, or choose another port: PORT=${port + 1} npm start\n`,
      );
      const sameFolder = new Start(dataDir, 0);
      expect(await sameFolder.end()).toBe(1);
      expect(sameFolder.complained).toMatch(
        /^The embedded PostgreSQL cannot start: \S+ is in use by process \d+\. Stop that process .*\n$/,
      );
      await first.stop('SIGTERM');
      const noFolder = new Start('/dev/null/data', 0);
      expect(await noFolder.end()).toBe(1);
      expect(noFolder.complained).toBe(
        'The data folder /dev/null/data cannot be used (ENOTDIR). Make it writable for you, or choose another one with CIEP_DATA_DIR\n',
      );
    },
    2 * longest,
  );
});
