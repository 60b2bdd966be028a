// One level of tests: npm run unit | e2e | bus | journeys | docs | checks | proofs [-- path/to/file -t 'name of a test'].
import { KafkaMissing } from '../kafka/kafka.js';
import { jest, withServers } from './jest.js';
import { suites } from './suites.js';
import { unlessInterrupted, WholeRun } from './whole-run.js';

const [name, ...args] = process.argv.slice(2);
const suite = suites.find(candidate => candidate.name === name);
if (!suite) throw new Error(`"${name}" is no test suite; there are ${suites.map(one => one.name).join(', ')}`);

// All proofs are the second half of `npm test`, and are counted like the first.
if (suite.isProof && args.length === 0) {
  await unlessInterrupted(async () => {
    const run = new WholeRun();
    await run.suites(name === 'proofs' ? suites.filter(({ isProof }) => isProof) : [suite]);
    return run.conclude();
  });
} else {
  try {
    process.exitCode = await withServers(suite.needs, env => jest(suite, args, env));
  } catch (error) {
    if (!(error instanceof KafkaMissing)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
