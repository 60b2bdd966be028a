// Breaks the platform on purpose and says whether it kept its promises: npm run faults [-- --only storm --minutes 60 --seed 7].
import { parseArgs } from 'node:util';
import { KafkaMissing } from '../kafka/kafka.js';
import { rules } from './checker.js';
import { table } from './report.js';
import { others, scenarios } from './scenarios/all.js';
import type { Scenario } from './scenarios/scenario.js';
import { Trial } from './trial.js';

const usage = `npm run faults -- [options]
  --only a,b       scenarios: ${[...scenarios, ...others].map(({ name }) => name).join(', ')}
  --seed 7         what chance decides (default: drawn, and printed)
  --minutes 4      how long the nemesis goes on
  --rounds 1       how often the crash matrix and the data-loss audit are gone through
  --clients 1000   clients of the storm
  --exhibitors 6   organisations that apply while things break
  --keep           leaves data, logs and history in place
  --quiet          no line for each fault`;

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    seed: { type: 'string' },
    minutes: { type: 'string', default: '4' },
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
  return values.only.split(',').map(name => {
    const scenario = [...scenarios, ...others].find(candidate => candidate.name === name.trim());
    if (!scenario) throw new Error(`there is no scenario ${name}\n${usage}`);
    return scenario;
  });
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
  const played = chosen();
  console.log(`seed ${seed}; again: npm run faults -- --seed ${seed} --minutes ${values.minutes} --rounds ${values.rounds}`);
  const trial = await Trial.start({ exhibitors: Number(values.exhibitors), keep: values.keep });
  say(`the platform is up, its data are in ${trial.stage.dataDir}`);
  let broken = 0;
  // Nothing that was started outlives this process, whoever ends it.
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)
    process.once(signal, () => void trial.stop().finally(() => process.exit(code)));
  try {
    for (const scenario of played) {
      say(`== ${scenario.name}: ${scenario.about}`);
      const { figures, troubles } = await scenario.run(trial, orders);
      const conclusion = await trial.conclude();
      const { violations, rest, operations, facts, messages, repeated, evidence } = conclusion;
      broken += violations.length + troubles.length;
      const counts = {
        ...figures,
        'operations ok': operations.ok,
        'operations refused': operations.fail,
        'operations unknown': operations.unknown,
        'answered 500': evidence.operations.filter(({ status }) => status === 500).length,
        'facts told': facts,
        'messages on topics': messages,
        'messages that came again': repeated,
        'outbox and inbox empty after healing, ms': rest.emptyAfter,
      };
      console.log(`\n${scenario.name}\n${table(counts)}\n`);
      const byRule = Map.groupBy(violations, ({ rule }) => rule);
      console.log(table(Object.fromEntries(rules.map(({ name }) => [`broken: ${name}`, byRule.get(name)?.length ?? 0]))));
      for (const { rule, what } of violations.slice(0, 50)) console.log(`BROKEN  ${rule}: ${what}`);
      for (const trouble of troubles) console.log(`TROUBLE ${trouble}`);
    }
  } finally {
    await trial.stop();
  }
  console.log(
    `\n${played.length} scenarios, seed ${seed}: ${broken === 0 ? 'every promise was kept' : `${broken} times a promise was broken`}`,
  );
  return broken === 0 ? 0 : 1;
}

if (values.help) console.log(usage);
else {
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(error instanceof KafkaMissing ? error.message : error);
    process.exitCode = 1;
  }
}
