import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

/**
 * The file `owner.json` names the process that uses a data folder. It distinguishes a left-over server, whose owner was killed (stop it and
 * continue), from one in use, whose owner lives (leave it alone).
 */
export function noteOwner(file: string): void {
  writeFileSync(file, JSON.stringify({ pid: process.pid, since: startOf(process.pid) }));
}

/** Process id of the living owner, undefined if nobody uses the folder (or the owner's process id went to somebody else). */
export function livingOwner(file: string): number | undefined {
  if (!existsSync(file)) return undefined;
  try {
    const { pid, since } = JSON.parse(readFileSync(file, 'utf8')) as { pid: number; since: string | null };
    return isAlive(pid) && startOf(pid) === since ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Forgets the owner. */
export function dropOwner(file: string): void {
  rmSync(file, { force: true });
}

/** Whether a process with this id runs, ours or not; a zombie, which nobody has waited for yet, does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !existsSync('/proc/self/stat') || statusOf(pid)[0] !== 'Z';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

// Process ids are reused, but not together with the start time.
function startOf(pid: number): string | null {
  try {
    if (existsSync('/proc/self/stat')) return statusOf(pid)[19] ?? null;
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return null;
  }
}

/** Fields of /proc/<pid>/stat from the third on: state first, start time at 19. */
function statusOf(pid: number): string[] {
  return readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
}
