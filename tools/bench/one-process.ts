import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { wideLimits } from '../services/wide-limits.js';
import { cpuSecondsOf, familyOf, postmasterOf } from './processes.js';

const root = join(import.meta.dirname, '../..');

/** The addresses of the parts of the served platform. */
export interface Served {
  readonly url: string;
  /** Address of each service without the gateway. */
  readonly services: Readonly<Record<string, string>>;
  /** Address of each service's database, as its application role. */
  readonly databases: Readonly<Record<string, string>>;
}

/** A statement that the platform sent, with its connection. */
export interface Statement {
  readonly connection: number;
  readonly name?: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

/** The built platform in one process, fsync on, with the demo edition, on its own databases. */
export class OneProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly dataDir: string,
    readonly served: Served,
  ) {}

  static async start(): Promise<OneProcess> {
    const dataDir = await mkdtemp(join(tmpdir(), 'ciep-bench-'));
    // For root the database runs as another user, who needs access.
    await chmod(dataDir, 0o711);
    const child = spawn(process.execPath, [...flagsOfStart(), ...profiling(), join(root, 'tools/bench/served.ts')], {
      cwd: root,
      env: { CIEP_LOG_LEVEL: 'error', ...wideLimits, ...process.env, CIEP_DATA_DIR: dataDir },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      // Keeps Buffers and dates among the recorded values.
      serialization: 'advanced',
    });
    const [served] = (await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => Promise.reject(new Error('the platform does not start'))),
    ])) as [Served];
    return new OneProcess(child, dataDir, served);
  }

  /** Collects planner statistics now instead of waiting for autovacuum. */
  async analyse(): Promise<void> {
    const password = (await readFile(join(this.dataDir, 'postgres/password'), 'utf8')).trim();
    for (const url of Object.values(this.served.databases)) {
      const client = new pg.Client({ connectionString: Object.assign(new URL(url), { username: 'postgres', password }).href });
      await client.connect();
      await client.query('ANALYZE');
      await client.end();
    }
  }

  /** Process ids of Node and of all PostgreSQL processes. */
  get pids(): { node: number[]; postgres: number[] } {
    return { node: [this.child.pid ?? 0], postgres: familyOf(postmasterOf(this.dataDir)) };
  }

  /** CPU time used so far, in seconds. */
  cpu(): { node: number; postgres: number } {
    const { node, postgres } = this.pids;
    return { node: cpuSecondsOf(node), postgres: cpuSecondsOf(postgres) };
  }

  /** The statements that the platform sends during the work. */
  async recorded(work: () => Promise<void>): Promise<Statement[]> {
    this.child.send('record');
    await work();
    this.child.send('recorded');
    const [statements] = (await once(this.child, 'message')) as [Statement[]];
    return statements;
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.send('stop');
    await ended;
    await rm(this.dataDir, { recursive: true, force: true });
  }
}

/** The Node flags of `npm start`, so that the measured process is the same. */
function flagsOfStart(): string[] {
  const script = readFileSync(join(root, 'tools/start.sh'), 'utf8');
  return /^exec node ((?:--\S+ )*)/m.exec(script)?.[1]?.trim().split(' ') ?? [];
}

/** `CIEP_BENCH_PROFILE=<folder>` writes a CPU profile of the platform there, for the developer tools of a browser. */
function profiling(): string[] {
  const { CIEP_BENCH_PROFILE: folder } = process.env;
  return folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`];
}
