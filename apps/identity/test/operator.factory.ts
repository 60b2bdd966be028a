import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { CommandRefused, createLog, Database, runOwnCommand } from '@ciep/platform';
import type { TestService } from '@ciep/testing';
import { identity } from '../src/identity.module.js';

const root = join(import.meta.dirname, '../../..');
const program = ['--conditions=@ciep/source', '--import', './tools/ts.mjs', 'apps/identity/src/main.ts'];

/** Runs identity's commands on the database of a service under test. */
export class Operator {
  /** The log of the commands in this process. */
  readonly logged: string[] = [];
  private readonly databaseUrl: string;

  constructor(
    private readonly service: TestService,
    private readonly environment: Readonly<Record<string, string>>,
  ) {
    const { url } = service.find(Database).dataSource.options as { url?: string };
    this.databaseUrl = url ?? '';
  }

  /** The output of a command, which runs in this process and is composed and closed as in its own. Throws `CommandRefused`. */
  run(...command: string[]): Promise<string> {
    const log = createLog('trace', { write: line => this.logged.push(line) });
    const { databaseUrl, environment, service } = this;
    return runOwnCommand(identity, command, { environment, log, clock: service.clock, databaseUrl });
  }

  /** The lines of a refusal. */
  async refusal(...command: string[]): Promise<readonly string[]> {
    const outcome: unknown = await this.run(...command).catch((error: unknown) => error);
    if (outcome instanceof CommandRefused) return outcome.problems;
    throw new Error(`${command.join(' ')} was not refused`, { cause: outcome });
  }

  /** A command as a separate process: its output and exit code. */
  start(...command: string[]): Promise<{ code: number; said: string; complained: string }> {
    const env: NodeJS.ProcessEnv = { ...process.env, ...this.environment, IDENTITY_DATABASE_URL: this.databaseUrl };
    for (const name of ['NODE_ENV', 'NODE_OPTIONS', 'KAFKA_BROKERS']) delete env[name];
    return new Promise(resolve =>
      execFile(process.execPath, [...program, ...command], { cwd: root, env }, (error, said, complained) =>
        resolve({ code: error ? Number(error.code) : 0, said, complained }),
      ),
    );
  }
}
