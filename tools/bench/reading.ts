import { demoPaths } from './demo.js';
import { type Line, median, type Part, percent, spread } from './part.js';
import { only, press } from './press.js';

const rounds = 7;
const secondsARound = 0.8;
const connections = 16;

/** The list of 50 booths and one booth through the gateway against the service direct, in turns. */
export async function gatewayAgainstDirect(url: string, direct: string, setting: string, goal?: number): Promise<Line[]> {
  const { list, booth } = await demoPaths(url);
  const lines: Line[] = [];
  for (const [what, path] of [
    ['List of 50 public booths', list],
    ['One public booth', booth],
  ] as const) {
    const perSecond = async (origin: string, seconds = secondsARound) =>
      only(200, await press(origin, () => ({ path }), { connections, seconds })).perSecond;
    const [through, straight]: [number[], number[]] = [[], []];
    for (const origin of [url, direct]) await perSecond(origin, 2 * secondsARound);
    for (let round = 0; round < rounds; round += 1) {
      // Whoever comes second finds the machine warmer: they take turns in that, too.
      const turns = [async () => through.push(await perSecond(url)), async () => straight.push(await perSecond(direct))];
      for (const turn of round % 2 === 0 ? turns : turns.reverse()) await turn();
    }
    const ratios = through.map((each, index) => each / (straight[index] ?? NaN));
    lines.push({
      what: `${what}, ${connections} at once, through the gateway against the service direct, ${setting}`,
      ...(goal !== undefined && { goal: `≥ ${goal * 100} %`, met: median(ratios) >= goal }),
      reached: `${percent(ratios)}: ${spread(through, 0)} against ${spread(straight, 0)} a second`,
    });
  }
  return lines;
}

/** Reading through the gateway in one process. */
export const reading: Part = {
  name: 'reading',
  async run(stage) {
    const platform = await stage.platform();
    const { served } = platform;
    await demoPaths(served.url);
    await platform.analyse();
    return gatewayAgainstDirect(served.url, served.services['exhibition'] ?? '', 'in one process', 0.85);
  },
};
