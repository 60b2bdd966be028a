// Makes a release, npm run release -- 0.2.0: its number goes into package.json, what is unreleased in CHANGELOG.md becomes its section, and
// docs/released.tsv says what it promises. Without a number it writes docs/released.tsv anew for the present one.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { baselinePath, baselineText, presentFacts } from './baseline.js';
import { changelogPath, released } from './changelog.js';

const { version: present } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const version = process.argv[2] ?? present;
if (!/^\d+\.\d+\.\d+$/.test(version)) throw new Error(`"${version}" is no version: npm run release -- 0.2.0`);

if (version !== present) execFileSync('npm', ['version', version, '--no-git-tag-version', '--no-workspaces-update'], { stdio: 'inherit' });
writeFileSync(changelogPath, released(readFileSync(changelogPath, 'utf8'), version, new Date().toISOString().slice(0, 10)));
writeFileSync(baselinePath, baselineText({ version, facts: presentFacts('.') }));
console.log(`${version}: ${changelogPath}, ${baselinePath}`);
