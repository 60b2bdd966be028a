import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../libs/platform/src/embedded/free-port.js';
import { provisionDatabase } from '../../libs/platform/src/database/provision.js';
import type { S3Server } from '../s3/s3.js';
import { readCompose, serviceOf, type ComposeService } from './compose.js';
import type { Image } from './image.js';

const longestStart = 300_000;
const longestEnd = 10_000;
const { services } = readCompose();
const ours = Object.entries(services).filter(([, service]) => serviceOf(service) !== undefined);
const migrations = ours.filter(([, { command }]) => command?.[1] === 'migrate');
const running = ours.filter(([, { command }]) => command?.[1] !== 'migrate');

/** Says that something holds, or throws. */
export function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`${what}: this does not hold`);
  console.log(`  ok  ${what}`);
}

/** The image at work: processes with its environment, user and entry point. */
export class Container {
  constructor(
    private readonly image: Image,
    private readonly environment: Readonly<Record<string, string>>,
    /** Where its output goes. */
    private readonly log: string,
  ) {}

  start(command: readonly string[]): ChildProcess {
    const [program = '', ...args] = [...this.image.entrypoint, ...command];
    const log = openSync(this.log, 'a');
    const child = spawn(this.programOf(program), args, { ...this.options, stdio: ['ignore', log, log] });
    closeSync(log);
    return child;
  }

  exitCode([program = '', ...args]: readonly string[]): number | null {
    return spawnSync(this.programOf(program), args, { ...this.options, stdio: 'ignore' }).status;
  }

  private get options() {
    const { app, env, uid } = this.image;
    const user = process.getuid?.() === 0 ? { uid, gid: uid } : {};
    return { cwd: app, env: { ...env, CIEP_DATA_DIR: join(app, 'data'), ...this.environment }, ...user };
  }

  // The base image's Node is ours.
  private programOf(program: string): string {
    return program === 'node' ? process.execPath : program;
  }
}

async function migrated(containerOf: (service: ComposeService, name: string) => Container): Promise<void> {
  for (const [name, service] of migrations) {
    const [code] = (await once(containerOf(service, name).start(service.command ?? []), 'exit')) as [number];
    must(code === 0, `${name} ends well`);
  }
}

async function ready(url: string, process: ChildProcess): Promise<void> {
  for (const end = Date.now() + longestStart; ; await sleep(200)) {
    const answer = await fetch(`${url}/health/ready`).catch(() => undefined);
    if (answer?.ok) return;
    if (process.exitCode !== null || Date.now() > end) throw new Error(`${url} does not become ready: ${await answer?.text()}`);
  }
}

/** Adds what a service said last to the reason why it was given up. */
const because = (log: string) => (error: unknown) => {
  throw new Error(`${String(error)}\n${readFileSync(log, 'utf8').split('\n').slice(-5).join('\n')}`, { cause: error });
};

async function ended(process: ChildProcess): Promise<number> {
  const begun = performance.now();
  process.kill('SIGTERM');
  const [code] = (await once(process, 'exit')) as [number | null];
  return code === 0 ? performance.now() - begun : Infinity;
}

/** The compose file's settings of a service, with the addresses at which its neighbours are here. */
function settingsOf({ environment = {} }: ComposeService, here: ReadonlyMap<string, string>): Record<string, string> {
  const translated = (value: string) => [...here].reduce((text, [there, local]) => text.replaceAll(there, local), value);
  return Object.fromEntries(Object.entries(environment).map(([key, value]) => [key, translated(value)]));
}

/** Migrates and starts every service of the compose file from the image, asks them, and stops them; throws what does not hold. */
export async function runAll(image: Image, folder: string, env: Readonly<Record<string, string>>, s3: S3Server): Promise<void> {
  const secrets = join(folder, 'secrets');
  execFileSync('sh', ['docker/make-secrets.sh', secrets]);
  chmodSync(secrets, 0o755); // a container gets each file, whoever may enter the folder
  writeFileSync(join(secrets, 's3_secret_access_key'), s3.secretAccessKey);
  const ports = new Map<string, number>();
  for (const [name] of running) ports.set(name, await freePort());
  for (const [name] of running.filter(([name]) => name !== 'gateway')) {
    const { applicationUrl, ownerUrl } = await provisionDatabase(
      process.env['CIEP_TEST_DATABASE_URL'] ?? env['CIEP_TEST_DATABASE_URL'] ?? '',
      name,
    );
    writeFileSync(join(secrets, `${name}_database_url`), applicationUrl);
    writeFileSync(join(secrets, `${name}_database_owner_url`), ownerUrl);
  }
  const here = new Map([
    ...[...ports].map(([name, port]): [string, string] => [`//${name}:8080`, `//127.0.0.1:${port}`]),
    ['localhost:3000', `localhost:${ports.get('gateway')}`],
    ['kafka:9092', process.env['KAFKA_BROKERS'] ?? env['KAFKA_BROKERS'] ?? ''],
    ['http://storage:8333', s3.endpoint],
    ['mail:1025', '127.0.0.1:1'],
    ['/run/secrets', secrets],
    ['9464', '0'],
  ]);
  const logs = join(folder, 'logs');
  mkdirSync(logs, { recursive: true });
  const logOf = (name: string) => join(logs, `${name}.log`);
  const containerOf = (service: ComposeService, name: string) =>
    new Container(image, { ...settingsOf(service, here), ...(ports.has(name) && { PORT: String(ports.get(name)) }) }, logOf(name));
  await migrated(containerOf);

  const processes = new Map(running.map(([name, service]) => [name, containerOf(service, name).start(service.command ?? [])]));
  try {
    for (const [name, child] of processes) await ready(`http://127.0.0.1:${ports.get(name)}`, child).catch(because(logOf(name)));
    must(true, `${processes.size} services run as user ${image.uid} and are ready`);
    const editions = await fetch(`http://127.0.0.1:${ports.get('gateway')}/v1/conference/editions`);
    must(editions.ok, 'the gateway leads to the editions');
    for (const [name, service] of running)
      must(containerOf(service, name).exitCode(image.healthcheck) === 0, `the health check finds ${name} alive`);
    for (const [name, child] of [...processes]) {
      const milliseconds = await ended(child);
      must(milliseconds < longestEnd, `${name} ends on SIGTERM, after ${Math.round(milliseconds)} ms`);
    }
    const [[name, service] = ['', {}]] = running;
    must(containerOf(service, name).exitCode(image.healthcheck) === 1, 'the health check finds out when nobody answers');
  } catch (error) {
    const dead = [...processes].find(([, { exitCode }]) => exitCode !== null);
    if (dead) because(logOf(dead[0]))(error);
    throw error;
  } finally {
    for (const child of processes.values()) child.kill('SIGKILL');
  }
}
