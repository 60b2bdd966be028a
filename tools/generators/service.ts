import { join } from 'node:path';
import { generateFiles, updateJson, type Tree } from '@nx/devkit';
import { processNames } from '@ciep/contracts';
import { aggregateWords, makeAggregate } from './aggregate.js';
import { beforeLast, edit, replaced, withImport } from './edit.js';
import { NotPossible, spellingsOf } from './names.js';

/** A service to be generated. */
export interface NewService {
  /** One word, also the name of its folder, database and paths. */
  readonly name: string;
  /** What its scopes give access to, in words. */
  readonly area: { readonly zh: string; readonly en: string };
  /** The noun of its first aggregate. */
  readonly aggregate: string;
  readonly plural?: string | undefined;
  readonly at: Date;
}

const listPath = 'libs/contracts/src/services.ts';

/**
 * Generates a service with one aggregate, and adds it to all lists of services, except the output of `npm run manifests` and `npm run
 * openapi`.
 */
export function makeService(tree: Tree, { name, area, aggregate, plural, at }: NewService): void {
  if (!/^[a-z]+$/.test(name)) throw new NotPossible(`"${name}": a service is called by one word of lower-case letters`);
  if (processNames.some(one => one === name) || tree.exists(`apps/${name}`)) throw new NotPossible(`there is a service ${name} already`);
  const firstAggregate = { name: aggregate, service: name, plural, at };
  const words = { ...aggregateWords(firstAggregate), area, Service: spellingsOf(name).pascal };
  generateFiles(tree, join(import.meta.dirname, 'files/service'), `apps/${name}`, words);
  generateFiles(tree, join(import.meta.dirname, 'files/contracts'), `libs/contracts/src/${name}`, words);
  makeAggregate(tree, firstAggregate);

  edit(
    tree,
    listPath,
    withImport(`${name}Permissions`, `./${name}/permissions.js`),
    beforeLast(
      '} as const satisfies Readonly<Record<string, ServiceContract>>;',
      `  ${name}: { area: ${JSON.stringify(area)}, permissions: ${name}Permissions },`,
    ),
  );
  edit(tree, 'apps/all-in-one/tsconfig.json', replaced(/ \}\n {2}\]/, ` },\n    { "path": "../${name}" }\n  ]`));
  // The workspace entry that `npm install` would write.
  updateJson(tree, 'package-lock.json', (lock: { packages: Record<string, object> }) => {
    const added = {
      [`apps/${name}`]: { name: `@ciep/${name}`, version: '0.0.0' },
      [`node_modules/@ciep/${name}`]: { resolved: `apps/${name}`, link: true },
    };
    const packages = Object.entries({ ...lock.packages, ...added }).sort(([a], [b]) => a.localeCompare(b, 'en'));
    return { ...lock, packages: Object.fromEntries(packages) };
  });
}
