import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, readSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const root = join(import.meta.dirname, '../..');
/** As in docker/Dockerfile: without limits, Node on a large machine hardly collects garbage. */
const nodeFlags = ['--enable-source-maps', '--max-semi-space-size=4', '--max-old-space-size=256'];

const longestStart = 60_000;
const longestStop = 7_000;

/** The address and folder of a service. */
export interface ServiceProcessOptions {
  readonly name: string;
  readonly port: number;
  /** Folder of its log and its process id. */
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Called when it exits without a request to stop. */
  readonly onUnexpectedEnd: (name: string, reason: string) => void;
}

/** One service as a separate process, as in production: the built main.js. */
export class ServiceProcess {
  readonly name: string;
  /** Its direct address, without the gateway. */
  readonly url: string;
  /** File with its whole output. */
  readonly logFile: string;
  private child: ChildProcess | undefined;
  private ended: Promise<void> = Promise.resolve();
  private wanted = false;

  constructor(private readonly options: ServiceProcessOptions) {
    this.name = options.name;
    this.url = `http://127.0.0.1:${options.port}`;
    this.logFile = join(options.folder, `${options.name}.log`);
  }

  /** Process id; undefined while it is not running. */
  get pid(): number | undefined {
    return this.isRunning ? this.child?.pid : undefined;
  }

  /** Its exit code; undefined while it runs, null after a signal. */
  get exitCode(): number | null | undefined {
    return this.isRunning ? undefined : this.child?.exitCode;
  }

  /** Migrates database and topics, in a process that exits. */
  async migrate(): Promise<void> {
    const from = this.logSize();
    const child = this.spawn('migrate');
    const code = await new Promise<number | null>((done, failed) => child.once('error', failed).once('exit', done));
    if (code !== 0) throw new Error(`the migration of ${this.name} failed: ${this.lastMessage(from)}. See ${this.logFile}`);
  }

  /** Starts it and waits until it is ready; throws its output if it exits instead. */
  async start(): Promise<void> {
    if (this.isRunning) return;
    const from = this.logSize();
    const child = this.spawn();
    this.child = child;
    this.wanted = true;
    let isUp = false;
    this.ended = new Promise(done => {
      child.once('exit', (code, signal) => {
        rmSync(this.pidFile, { force: true });
        done();
        if (this.wanted && isUp) this.options.onUnexpectedEnd(this.name, signal ?? `exit code ${code}: ${this.lastMessage(from)}`);
      });
    });
    writeFileSync(this.pidFile, String(child.pid ?? ''));
    for (const end = Date.now() + longestStart; !(isUp = this.saidReady(from)); await sleep(50)) {
      if (!this.isRunning) throw new Error(`${this.name} does not start: ${this.lastMessage(from)}. See ${this.logFile}`);
      if (Date.now() > end) throw new Error(`${this.name} is not ready after ${longestStart / 1000} seconds. See ${this.logFile}`);
    }
  }

  /** Orderly shutdown; forced after `longest` milliseconds. */
  async stop(longest = longestStop): Promise<void> {
    this.wanted = false;
    if (this.isRunning) this.child?.kill('SIGTERM');
    await Promise.race([this.ended, sleep(longest, undefined, { ref: false })]);
    await this.kill();
  }

  /** kill -9. */
  async kill(): Promise<void> {
    this.wanted = false;
    if (this.isRunning) this.child?.kill('SIGKILL');
    await this.ended;
  }

  private get isRunning(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  private get pidFile(): string {
    return join(this.options.folder, `${this.name}.pid`);
  }

  // In its own session: Ctrl-C in the terminal reaches only the suite, which then stops everything in order.
  private spawn(...args: string[]): ChildProcess {
    mkdirSync(dirname(this.logFile), { recursive: true });
    const log = openSync(this.logFile, 'a');
    const options = { cwd: root, env: this.options.environment, detached: true, stdio: ['ignore', log, log] as ['ignore', number, number] };
    const child = spawn(process.execPath, [...nodeFlags, programOf(this.name), ...args], options);
    closeSync(log);
    return child;
  }

  private logSize(): number {
    return statSync(this.logFile, { throwIfNoEntry: false })?.size ?? 0;
  }

  private saidSince(from: number): string {
    const said = Buffer.alloc(Math.max(0, this.logSize() - from));
    if (said.length === 0) return '';
    const log = openSync(this.logFile, 'r');
    readSync(log, said, 0, said.length, from);
    closeSync(log);
    return said.toString();
  }

  private saidReady(from: number): boolean {
    return this.saidSince(from).includes('"msg":"ready"');
  }

  private lastMessage(from: number): string {
    const lines = this.saidSince(from).trim().split('\n');
    const last = lines.findLast(line => line.startsWith('{')) ?? lines.find(line => line.includes('Error')) ?? '';
    try {
      const { msg, error } = JSON.parse(last) as { msg?: string; error?: { message?: string } };
      return [msg, error?.message].filter(Boolean).join(': ');
    } catch {
      return last;
    }
  }
}

/** Stops the service that an earlier, killed suite left in the same folder. */
export async function endLeftOver(folder: string, name: string): Promise<void> {
  const file = join(folder, `${name}.pid`);
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8'));
  for (; runsService(pid, name); await sleep(100)) process.kill(pid, 'SIGKILL');
  rmSync(file, { force: true });
}

function runsService(pid: number, name: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(programOf(name));
  } catch {
    return false;
  }
}

function programOf(name: string): string {
  return join(root, `apps/${name}/dist/main.js`);
}
