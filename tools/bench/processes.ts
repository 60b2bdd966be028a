// What the kernel says about processes (Linux).
import { readdirSync, readFileSync } from 'node:fs';
import { loadavg } from 'node:os';

const ticksPerSecond = 100;

/** The fields of /proc/<pid>/stat after the name, which may contain blanks: state, parent, … */
const statOf = (pid: number): string[] => {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
};

/** CPU time that a process and its ended children have used, in seconds. */
export function cpuSeconds(pid: number): number {
  const stat = statOf(pid);
  return [11, 12, 13, 14].reduce((sum, field) => sum + Number(stat[field]), 0) / ticksPerSecond;
}

/** The sum over processes; those that have ended count as zero. */
const sumOver = (pids: readonly number[], of: (pid: number) => number): number =>
  pids.reduce((sum, pid) => {
    try {
      return sum + of(pid);
    } catch {
      return sum;
    }
  }, 0);

/** CPU time of several processes together, in seconds. */
export const cpuSecondsOf = (pids: readonly number[]): number => sumOver(pids, cpuSeconds);

/** A process and all its descendants. */
export function familyOf(root: number): number[] {
  const childrenOf = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    try {
      const parent = Number(statOf(pid)[1]);
      childrenOf.set(parent, [...(childrenOf.get(parent) ?? []), pid]);
    } catch {
      // it has exited meanwhile
    }
  }
  const withChildren = (pid: number): number[] => [pid, ...(childrenOf.get(pid) ?? []).flatMap(withChildren)];
  return withChildren(root);
}

/** Process id of the embedded PostgreSQL of a data folder. */
export const postmasterOf = (dataDir: string): number =>
  Number(readFileSync(`${dataDir}/postgres/cluster/postmaster.pid`, 'utf8').split('\n')[0]);

const pssKiB = (pid: number): number => Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]);

/** Memory of processes in MiB as proportional set size: shared memory is divided among them, so the sum is the real total. */
export const pssMiB = (pids: readonly number[]): number => sumOver(pids, pssKiB) / 1024;

/** Load averages of the machine over 1 and 5 minutes. */
export const load = (): string =>
  loadavg()
    .slice(0, 2)
    .map(value => value.toFixed(1))
    .join(' / ');
