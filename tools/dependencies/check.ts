// A step of npm test: licences of all packages, and known vulnerabilities of the delivered ones.
import { readFileSync } from 'node:fs';
import { askRegistry, auditFaults, unanswered } from './audit.js';
import { licenceFaults, licencesPage, licencesPath, packagesOf, type LockedPackages } from './licences.js';
import { policy } from './policy.js';

const packages = packagesOf(JSON.parse(readFileSync('package-lock.json', 'utf8')) as LockedPackages, policy);
const faults = licenceFaults(packages, policy);
if (readFileSync(licencesPath, 'utf8') !== (await licencesPage(packages))) faults.push(`${licencesPath} is out of step: npm run licences`);
console.log(`${packages.length} packages, ${packages.filter(({ isDelivered }) => isDelivered).length} of them delivered`);

const report = await askRegistry();
const silence = unanswered(report);
if (silence === undefined) faults.push(...auditFaults(report, policy.accepted, new Date().toISOString().slice(0, 10)));
// Without a network, all other checks must still work.
console.log(silence === undefined ? 'the registry was asked for known weaknesses' : `known weaknesses were NOT looked up: ${silence}`);

for (const fault of faults) console.error(fault);
process.exitCode = faults.length > 0 ? 1 : 0;
