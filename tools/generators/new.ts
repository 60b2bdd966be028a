// npm run new -- service|aggregate|use-case NAME: generates a skeleton that runs and has tests and a card.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { flushChanges, FsTree } from 'nx/src/generators/tree';
import { generate, kinds, type Kind } from './generate.js';
import { NotPossible } from './names.js';

const usage = `npm run new -- service NAME [--aggregate NOUN] [--zh 名称] [--en TEXT]      a service with one aggregate
npm run new -- aggregate NOUN --in SERVICE [--plural NOUNS]              list, get, create and change in a service
npm run new -- use-case VERB-NOUN --in SERVICE/FEATURE [--status STATUS] one verb of an aggregate`;

const root = process.cwd();
const option = { type: 'string' } as const;
const run = (...args: string[]) => execFileSync('npm', ['run', '-s', ...args], { cwd: root, stdio: 'inherit' });

try {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { in: option, aggregate: option, plural: option, status: option, zh: option, en: option },
  });
  const [kind, name] = positionals;
  if (!kinds.includes(kind as Kind) || name === undefined || positionals.length > 2) throw new NotPossible(usage);
  const tree = new FsTree(root, false);
  await generate(tree, kind as Kind, name, values, new Date());
  const changes = tree.listChanges();
  for (const { type, path } of changes) console.log(`${type} ${path}`);
  flushChanges(root, changes);
  if (kind === 'service') {
    // As `npm install` links a new workspace.
    const link = join(root, 'node_modules/@ciep', name);
    mkdirSync(join(root, 'node_modules/@ciep'), { recursive: true });
    if (!existsSync(link)) symlinkSync(join('../../apps', name), link);
    run('manifests');
  }
  run('openapi');
  console.log('\nWhat it is about is up to you: the fields, the texts in Chinese, who has the permissions, the card.');
} catch (error) {
  // parseArgs throws a TypeError with a code for invalid arguments.
  if (!(error instanceof NotPossible) && (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS') !== true) throw error;
  console.error((error as Error).message);
  process.exitCode = 1;
}
