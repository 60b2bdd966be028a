import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { serviceNames } from '@ciep/contracts';
import { freePort } from '@ciep/platform';
import { eventually } from '@ciep/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { wideLimits } from '../../../tools/services/wide-limits.js';
import { Story } from '../../../tools/tour/story.js';
import { book, departed, noteOf, notesOf, InFlightRequests, untilRefused } from './in-flight-requests.js';

const root = join(import.meta.dirname, '../../..');
const longest = 60_000;
/** Requests in progress at the stop signal. */
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
      const ended = this.isRunning ? `not within ${longest / 1000} seconds` : 'it ended before';
      if (Date.now() > end || !this.isRunning) throw new Error(`${ended}: ${what}\n${this.said}${this.complained}`);
    }
  }

  ready(): Promise<void> {
    return this.until('the banner', () => this.said.includes('CIEP is running.'));
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** The exit code, or the signal that ended the process. */
  end(): Promise<number | string | null> {
    return this.ended;
  }

  /** Stops the process and returns how long that took, in milliseconds. */
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
  // The command line of a process is empty when it has ended but is not reaped.
  const isAlive = (pid: number) => existsSync(`/proc/${pid}`) && readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== '';
  const pidOfDatabase = () => (existsSync(database()) ? Number(readFileSync(database(), 'utf8').split('\n')[0]) : 0);

  it(
    'leaves no database server behind when it is stopped during its start',
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

  /** Sends the signal, and expects a clean end within the seconds a shell's user waits, with no database server left behind. */
  const expectCleanStop = async (start: Start, signal: NodeJS.Signals, within = 10_000) => {
    const pid = pidOfDatabase();
    expect(isAlive(pid)).toBe(true);
    const { code, took } = await start.stop(signal);
    expect({ code, left: isAlive(pid), complained: start.complained }).toEqual({ code: 0, left: false, complained: '' });
    expect(took).toBeLessThan(within);
  };

  it(
    'after SIGTERM completes what it has accepted, accepts nothing new, and keeps every acknowledged write; SIGHUP stops it as cleanly',
    async () => {
      const url = `http://localhost:${port}`;
      const first = new Start(dataDir, port, wideLimits);
      await first.ready();
      const booking = await book(new Story(url), '210000');
      const inFlight = await InFlightRequests.begin(url, booking);
      const texts = Array.from({ length: burst }, () => randomUUID());
      let answered = 0;
      const sent = await Promise.all(
        texts.map(async text => {
          const { answer } = await departed(`${url}${booking.path}/notes`, await noteOf(booking, text));
          return { answer: answer.then(({ status }) => (answered += 1) && status) };
        }),
      );
      const stopped = expectCleanStop(first, 'SIGTERM', 12_000);
      // Otherwise the test would prove nothing.
      expect(answered).toBeLessThan(burst);
      await untilRefused(url);
      expect(first.isRunning).toBe(true);
      expect(new Set(await Promise.all(sent.map(({ answer }) => answer)))).toEqual(new Set([201]));
      const kept = await inFlight.finish();
      await stopped;

      const second = new Start(dataDir, port, wideLimits);
      await second.ready();
      const notes = await notesOf(booking);
      expect(texts.map(text => notes.filter(note => note === text).length)).toEqual(texts.map(() => 1));
      expect(await kept.isThere()).toBe(true);
      await expectCleanStop(second, 'SIGHUP');
    },
    3 * longest,
  );

  it(
    'starts its database again when that has ended, and is not ready until it is there',
    async () => {
      const start = new Start(dataDir, port);
      await start.ready();
      const readiness = async () => {
        const answer = await fetch(`http://localhost:${port}/health/ready`);
        return [answer.status, ((await answer.json()) as { missing: string[] }).missing];
      };
      expect(await readiness()).toEqual([200, []]);
      process.kill(pidOfDatabase(), 'SIGKILL');
      await eventually(async () => expect(await readiness()).toEqual([503, [...serviceNames]]));
      await eventually(async () => expect(await readiness()).toEqual([200, []]));
      // The database answers before the process says so.
      const told = /The embedded PostgreSQL has ended and is started again; see .*The embedded PostgreSQL runs again/s;
      await start.until('the log lines', () => told.test(start.said));
      expect((await fetch(`http://localhost:${port}/v1/conference/editions`)).status).toBe(200);
      await expectCleanStop(start, 'SIGTERM');
    },
    3 * longest,
  );

  it(
    'reports in one line what is wrong and what to do: port taken, folder in use or unusable; SIGINT stops it cleanly',
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
      await expectCleanStop(first, 'SIGINT');
      const noFolder = new Start('/dev/null/data', 0);
      expect(await noFolder.end()).toBe(1);
      expect(noFolder.complained).toBe(
        'The data folder /dev/null/data cannot be used (ENOTDIR). Make it writable for you, or choose another one with CIEP_DATA_DIR\n',
      );
    },
    2 * longest,
  );
});
