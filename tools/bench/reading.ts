import { demoPaths } from './demo.js';
import { answering, gatewayBefore, program, type Way } from './gateway.js';
import type { OneProcess } from './one-process.js';
import { type Line, median, type Part, percent, spread } from './part.js';
import { only, press, type Shot } from './press.js';
import { cpuSecondsOf, familyOf } from './processes.js';

const rounds = 7;
const secondsARound = 0.8;
const connections = 16;

/** Asks the service, not the gateway's memory. */
const anew = { 'cache-control': 'no-cache' };

/** The list of 50 booths and one booth through the gateway and directly from the service, alternating. */
export async function gatewayAgainstDirect(url: string, direct: string, setting: string, goal?: number): Promise<Line[]> {
  const { list, booth } = await demoPaths(url);
  const lines: Line[] = [];
  for (const [what, path] of [
    ['List of 50 public booths', list],
    ['One public booth', booth],
  ] as const) {
    const perSecond = async (origin: string, seconds = secondsARound) =>
      only(200, await press(origin, () => ({ path, headers: anew }), { connections, seconds })).perSecond;
    const [through, straight]: [number[], number[]] = [[], []];
    for (const origin of [url, direct]) await perSecond(origin, 2 * secondsARound);
    for (let round = 0; round < rounds; round += 1) {
      // The order alternates too, because the second finds the machine warmer.
      const turns = [async () => through.push(await perSecond(url)), async () => straight.push(await perSecond(direct))];
      for (const turn of round % 2 === 0 ? turns : turns.reverse()) await turn();
    }
    const ratios = through.map((each, index) => each / (straight[index] ?? NaN));
    lines.push({
      what: `${what}, ${connections} at once, through the gateway against the service direct, ${setting}`,
      ...(goal !== undefined && { goal: `≥ ${goal * 100} %`, isMet: median(ratios) >= goal }),
      reached: `${percent(ratios)}: ${spread(through, 0)} against ${spread(straight, 0)} a second`,
    });
  }
  return lines;
}

/** Milliseconds of CPU of a bare `node:http` answer on an idle machine of two cores, and what reads cost pretix there, with database. */
const bareMs = 0.03;
const pretix = { list: 127, booth: 40 };

/** One kind of request and what it costs: by whose processes, and how much for each in each round. */
interface Read {
  readonly what: string;
  readonly url: string;
  readonly shot: Shot;
  readonly pids: () => number[];
  /** In milliseconds on that machine. */
  readonly goal?: number;
  /** What pretix takes there for the like of it. */
  readonly beside: number;
  readonly cpu: number[];
}

async function measure({ url, shot, pids, cpu }: Read, seconds: number): Promise<void> {
  const before = cpuSecondsOf(pids());
  const { answers } = only(200, await press(url, () => shot, { connections: 8, seconds }));
  cpu.push(((cpuSecondsOf(pids()) - before) * 1_000) / answers);
}

/** The cost of a public read from the gateway's memory and from the service, in both modes, in bare node:http answers. */
async function costsOfReads(platform: OneProcess): Promise<Line[]> {
  const { url, services } = platform.served;
  const { list, booth } = await demoPaths(url);
  const ways: Way[] = [];
  try {
    const direct = await program('node:http', 'stand-in.ts');
    ways.push(direct);
    const before = await gatewayBefore(services['exhibition'] ?? '');
    ways.push(before);
    for (const way of ways) await answering(way, booth);
    const all = () => Object.values(platform.pids).flat();
    const alone = () => familyOf(before.process.pid ?? 0);
    const read = (what: string, given: Omit<Read, 'what' | 'cpu'>): Read => ({ what, ...given, cpu: [] });
    const bare = read('bare', { url: direct.url, shot: { path: list }, pids: () => familyOf(direct.process.pid ?? 0), beside: 0 });
    const reads = [
      { mode: 'in one process', url, hit: all, miss: all },
      { mode: 'as services', url: before.url, hit: alone, miss: () => [...all(), ...alone()] },
    ].flatMap(({ mode, url, hit, miss }) => [
      read(`List of 50 public booths from memory, ${mode}`, { url, shot: { path: list }, pids: hit, goal: 0.25, beside: pretix.list }),
      read(`One public booth from memory, ${mode}`, { url, shot: { path: booth }, pids: hit, goal: 0.25, beside: pretix.booth }),
      read(`… the list from the service, ${mode}`, { url, shot: { path: list, headers: anew }, pids: miss, goal: 2, beside: pretix.list }),
      read(`… the booth from the service, ${mode}`, { url, shot: { path: booth, headers: anew }, pids: miss, beside: pretix.booth }),
    ]);
    for (const each of [bare, ...reads]) await measure({ ...each, cpu: [] }, 2 * secondsARound);
    for (let round = 0; round < rounds; round += 1) for (const each of [bare, ...reads]) await measure(each, secondsARound);
    return reads.map(({ what, goal, beside, cpu }) => {
      const ratios = cpu.map((each, round) => each / (bare.cpu[round] ?? NaN));
      const inBare = (milliseconds: number) => Math.round(milliseconds / bareMs);
      return {
        what: `${what}: CPU for each with PostgreSQL, 8 at once`,
        ...(goal !== undefined && {
          goal: `≤ ${inBare(goal)} bare node:http answers: ${goal} ms where one costs ${bareMs}`,
          isMet: median(ratios) <= goal / bareMs,
        }),
        reached: `${spread(ratios, 1)} (pretix ${inBare(beside)}): ${spread(cpu, 3)} ms, bare ${median(bare.cpu).toFixed(3)}`,
      };
    });
  } finally {
    for (const { process } of ways) process.kill('SIGTERM');
  }
}

/** Reading through the gateway in one process, and what the gateway's memory saves. */
export const reading: Part = {
  name: 'reading',
  async run(stage) {
    const platform = await stage.platform();
    const { served } = platform;
    await demoPaths(served.url);
    await platform.analyse();
    return [
      ...(await gatewayAgainstDirect(served.url, served.services['exhibition'] ?? '', 'in one process', 0.85)),
      ...(await costsOfReads(platform)),
    ];
  },
};
