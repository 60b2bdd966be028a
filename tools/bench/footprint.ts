import { setTimeout as sleep } from 'node:timers/promises';
import { demoPaths } from './demo.js';
import type { OneProcess } from './one-process.js';
import type { Line, Part } from './part.js';
import { only, press } from './press.js';
import { cpuSecondsOf, pssMiB } from './processes.js';

const idleSeconds = 30;
const largest = 400;

/** CPU time of idle processes over half a minute, in percent of a core. */
export async function idlePercent(groups: Readonly<Record<string, () => number[]>>): Promise<Record<string, number>> {
  const now = () => Object.entries(groups).map(([name, pids]): [string, number] => [name, cpuSecondsOf(pids())]);
  const before = new Map(now());
  await sleep(idleSeconds * 1_000);
  return Object.fromEntries(now().map(([name, seconds]) => [name, ((seconds - (before.get(name) ?? 0)) / idleSeconds) * 100]));
}

function memory(when: string, platform: OneProcess): Line {
  const { node, postgres } = platform.pids;
  const [ours, theirs] = [pssMiB(node), pssMiB(postgres)];
  return {
    what: `Memory (sum of PSS) ${when}`,
    goal: `≤ ${largest} MiB`,
    reached: `${(ours + theirs).toFixed(0)} MiB: Node ${ours.toFixed(0)}, PostgreSQL ${theirs.toFixed(0)} in ${postgres.length} processes`,
    isMet: ours + theirs <= largest,
  };
}

/** Memory after the seed and idle CPU, in one process. */
export const idle: Part = {
  name: 'idle',
  async run(stage) {
    const platform = await stage.platform();
    await demoPaths(platform.served.url);
    await sleep(2_000);
    const afterSeed = memory('after the demo edition was loaded', platform);
    const { node = NaN, postgres = NaN } = await idlePercent({ node: () => platform.pids.node, postgres: () => platform.pids.postgres });
    return [
      afterSeed,
      {
        what: `CPU of the idle platform in one process over ${idleSeconds} s`,
        goal: '≤ 5 % of a core',
        reached: `${(node + postgres).toFixed(1)} %: Node ${node.toFixed(1)}, PostgreSQL ${postgres.toFixed(1)}`,
        isMet: node + postgres <= 5,
      },
    ];
  },
};

/** Memory right after a load, in one process, including everything that earlier parts of the run did. */
export const memoryAfterLoad: Part = {
  name: 'memory',
  async run(stage) {
    const platform = await stage.platform();
    const { list } = await demoPaths(platform.served.url);
    only(200, await press(platform.served.url, () => ({ path: list }), { connections: 32, seconds: 4 }));
    return [memory('right after the load of this run', platform)];
  },
};
