import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';

/** The operating system's account that the database processes run as; undefined: the account of this process. */
export type ServerAccount = { readonly name: string; readonly uid: number; readonly gid: number } | undefined;

const enterable = 0o1;
const readable = 0o4;

/**
 * PostgreSQL refuses to run as root, so root uses the owner of an existing cluster, or else the user `postgres`. Throws
 * EmbeddedPostgresError if there is neither.
 */
export function serverAccount(cluster: string): ServerAccount {
  if (process.getuid?.() !== 0) return undefined;
  const owner = existsSync(cluster) ? statSync(cluster) : undefined;
  if (owner && owner.uid !== 0) return { name: `with id ${owner.uid}`, uid: owner.uid, gid: owner.gid };
  try {
    return { name: 'postgres', uid: idOf('-u'), gid: idOf('-g') };
  } catch {
    throw new EmbeddedPostgresError(
      'PostgreSQL refuses to run as root and this machine has no user "postgres"',
      'Create it (useradd --system postgres), or run as an ordinary user, or name your own server in <SERVICE>_DATABASE_URL',
    );
  }
}

/** The folder that keeps the account away from `path`: `path` itself or the first of its parents it may not enter. */
export function closedFolder(path: string, account: ServerAccount): string | undefined {
  if (!account) return undefined;
  const chain: string[] = [];
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    chain.unshift(folder);
    if (dirname(folder) === folder) break;
  }
  return chain.find(folder => existsSync(folder) && !may(account, folder, folder === chain.at(-1) ? enterable | readable : enterable));
}

// Node starts a process with uid and gid but without supplementary groups, so these three bits decide.
function may(account: NonNullable<ServerAccount>, folder: string, wanted: number): boolean {
  const { mode, uid, gid } = statSync(folder);
  const bits = uid === account.uid ? mode >> 6 : gid === account.gid ? mode >> 3 : mode;
  return (bits & wanted) === wanted;
}

function idOf(flag: '-u' | '-g'): number {
  return Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
}
