// Injects faults and checks that the platform keeps its promises: npm run faults [-- --only storm --minutes 60 --seed 7].
import { parseArgs } from 'node:util';
import { KafkaMissing } from '../kafka/kafka.js';
import { Report, table } from './report.js';
import { alone } from './scenarios/alone.js';
import { others, scenarios } from './scenarios/all.js';
import { nemesisRun } from './scenarios/nemesis-run.js';
import type { Orders, Scenario } from './scenarios/scenario.js';
import { Trial } from './trial.js';

const minutesOfPhase = 10;

const usage = `npm run faults -- [options]
  --only a,b       scenarios: ${[...scenarios, ...others, ...alone].map(({ name }) => name).join(', ')}
  --seed 7         what chance decides (default: drawn, and printed)
  --minutes 3      how long the nemesis goes on
  --rounds 1       how often the crash matrix and the data-loss audit are gone through
  --clients 1000   clients of the storm
  --exhibitors 6   organisations that apply while things break
  --keep           leaves data, logs and history in place
  --quiet          no line for each fault`;

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    seed: { type: 'string' },
    minutes: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '1' },
    clients: { type: 'string', default: '1000' },
    exhibitors: { type: 'string', default: '6' },
    keep: { type: 'boolean', default: false },
    quiet: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

function chosen(): readonly Scenario[] {
  if (values.only === undefined) return scenarios;
  return named(values.only).flatMap(name => {
    const scenario = [...scenarios, ...others].find(candidate => candidate.name === name);
    if (!scenario && !alone.some(candidate => candidate.name === name)) throw new Error(`there is no scenario ${name}\n${usage}`);
    return scenario ?? [];
  });
}

const named = (list: string): string[] => list.split(',').map(name => name.trim());

/** Scenarios with their own platform, only by name; each returns the number of failures. */
async function playAlone(orders: Orders): Promise<number> {
  let broken = 0;
  for (const { name, about, run } of alone.filter(one => named(values.only ?? '').includes(one.name))) {
    orders.say(`== ${name}, seed ${orders.seed}: ${about}`);
    const { figures, troubles } = await run(orders);
    console.log(`\n${name}\n${table(figures)}\n`);
    for (const trouble of troubles) console.log(`TROUBLE ${trouble}`);
    broken += troubles.length;
  }
  return broken;
}

async function main(): Promise<number> {
  const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000));
  const begun = Date.now();
  const say = (line: string) => {
    if (!values.quiet) console.log(`${((Date.now() - begun) / 1_000).toFixed(1).padStart(7)}  ${line}`);
  };
  const orders = {
    seed,
    minutes: Number(values.minutes),
    rounds: Number(values.rounds),
    clients: Number(values.clients),
    say,
  };
  const played = chosen().flatMap(scenario => phases(scenario, orders));
  console.log(`seed ${seed}; again: npm run faults -- --seed ${seed} --minutes ${values.minutes} --rounds ${values.rounds}`);
  const wrong = await playAlone(orders);
  if (played.length === 0) return wrong === 0 ? 0 : 1;
  const trial = await Trial.start({ exhibitors: Number(values.exhibitors), keep: values.keep });
  say(`the platform is running, its data is in ${trial.stage.dataDir}`);
  // No child process outlives this one, whatever ends it.
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)
    process.once(signal, () => void trial.stop().finally(() => process.exit(code)));
  const report = new Report();
  try {
    for (const { scenario, orders } of played) {
      say(`== ${scenario.name}, seed ${orders.seed}: ${scenario.about}`);
      const findings = await scenario.run(trial, orders);
      report.add(scenario.name, findings, await trial.conclude());
    }
  } finally {
    await trial.stop();
  }
  console.log(report.end(seed));
  return report.broken + wrong === 0 ? 0 : 1;
}

/** A long nemesis run is interrupted every ten minutes, to let everything recover and to check the evidence. */
function phases(scenario: Scenario, orders: Orders): { scenario: Scenario; orders: Orders }[] {
  if (scenario !== nemesisRun) return [{ scenario, orders }];
  return Array.from({ length: Math.ceil(orders.minutes / minutesOfPhase) }, (_, phase) => ({
    scenario,
    orders: {
      ...orders,
      seed: orders.seed + phase,
      minutes: Math.min(minutesOfPhase, orders.minutes - phase * minutesOfPhase),
    },
  }));
}

if (values.help) console.log(usage);
else {
  const code = await main().catch((error: unknown) => {
    console.error(error instanceof KafkaMissing ? error.message : error);
    return 1;
  });
  // After an hour of broken connections a normal exit of Node would take minutes.
  process.exit(code);
}
