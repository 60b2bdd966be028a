// Writes the list of licences, docs/licences.md: npm run licences.
import { readFileSync, writeFileSync } from 'node:fs';
import { licencesPage, licencesPath, packagesOf, type LockedPackages } from './licences.js';
import { policy } from './policy.js';

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as LockedPackages;
writeFileSync(licencesPath, await licencesPage(packagesOf(lock, policy)));
console.log(licencesPath);
