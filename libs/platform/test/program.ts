import { spawn, type ChildProcess } from 'node:child_process';

/** A line of a service's log. */
export interface LogLine {
  readonly level: string;
  readonly msg: string;
}

/** A service, or one of its commands, as a separate process that runs from source. */
export class Program {
  private said = '';
  private readonly child: ChildProcess;
  private readonly ended: Promise<number | string | null>;

  constructor(service: string, args: readonly string[], settings: Readonly<Record<string, string>>) {
    const environment: NodeJS.ProcessEnv = { ...process.env, CIEP_PROFILE: 'development', ...settings };
    for (const name of ['NODE_ENV', 'NODE_OPTIONS', 'KAFKA_BROKERS']) if (!(name in settings)) delete environment[name];
    const program = ['--conditions=@ciep/source', '--import', './tools/ts.mjs', `apps/${service}/src/main.ts`, ...args];
    this.child = spawn(process.execPath, program, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.child.stdout, this.child.stderr]) stream?.on('data', (text: Buffer) => (this.said += text.toString()));
    this.ended = new Promise(resolve => this.child.once('exit', (code, signal) => resolve(code ?? signal)));
  }

  get runs(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Its log so far. */
  get lines(): LogLine[] {
    return this.said
      .split('\n')
      .filter(line => line.startsWith('{'))
      .map(line => JSON.parse(line) as LogLine);
  }

  /** The messages of its log, in order. */
  get messages(): string[] {
    return this.lines.map(({ msg }) => msg);
  }

  /** The exit code, or the signal that ended it. */
  end(): Promise<number | string | null> {
    return this.ended;
  }

  /** Stops it and returns how long that took, in milliseconds. */
  async stop(): Promise<{ code: number | string | null; took: number }> {
    const from = Date.now();
    this.child.kill('SIGTERM');
    return { code: await this.ended, took: Date.now() - from };
  }

  kill(): void {
    if (this.runs) this.child.kill('SIGKILL');
  }
}
