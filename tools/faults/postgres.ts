import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../apps/all-in-one/src/embedded/embedded-postgres.js';
import { dropOwner, isAlive } from '../../apps/all-in-one/src/embedded/owner-note.js';

/** A PostgreSQL server that can be killed and restarted on the same port. */
export class PostgresServer {
  private server: EmbeddedPostgres | undefined;

  constructor(
    private readonly dataDir: string,
    private readonly port: number,
  ) {}

  get isAlive(): boolean {
    const pid = this.pid;
    return pid !== undefined && isAlive(pid);
  }

  /** Connection string of the superuser. */
  url(database?: string): string {
    if (!this.server) throw new Error('PostgreSQL was never started');
    return this.server.url(database);
  }

  /** Starts it on the existing data, also on that of a killed server. */
  async start(): Promise<void> {
    dropOwner(join(this.dataDir, 'owner.json'));
    this.server = await startEmbeddedPostgres({ dataDir: this.dataDir, port: this.port });
  }

  /** kill -9 of the postmaster and every one of its processes. */
  kill(): void {
    const { pid } = this;
    if (pid === undefined) return;
    const children = childrenOf(pid);
    for (const one of [pid, ...children]) killed(one);
  }

  async stop(): Promise<void> {
    await this.server?.stop();
  }

  private get pid(): number | undefined {
    try {
      return Number(readFileSync(join(this.dataDir, 'cluster/postmaster.pid'), 'utf8').split('\n')[0]);
    } catch {
      return undefined;
    }
  }
}

function childrenOf(pid: number): number[] {
  return execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map(line => line.trim().split(/\s+/).map(Number))
    .flatMap(([child = 0, parent]) => (parent === pid ? [child] : []));
}

function killed(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // the process ended first
  }
}
