import { join } from 'node:path';
import { generateFiles, type Tree } from '@nx/devkit';
import { permissions, serviceNames } from '@ciep/contracts';
import { beforeLast, edit, withImport, withItem } from './edit.js';
import { articleOf, NotPossible, pluralOf, spellingsOf } from './names.js';

/** An aggregate to be generated. */
export interface NewAggregate {
  /** Its noun, in kebab-case. */
  readonly name: string;
  readonly service: string;
  /** The plural, if it is irregular. */
  readonly plural?: string | undefined;
  /** The time of generation: its migration sorts after the existing ones. */
  readonly at: Date;
}

/** The variables of an aggregate's templates. */
export function aggregateWords({ name, service, plural = pluralOf(name), at }: NewAggregate) {
  const [one, many] = [spellingsOf(name), spellingsOf(plural)];
  return {
    service,
    noun: one.kebab,
    Noun: one.pascal,
    noun$: one.camel,
    snake: one.snake,
    words: one.words,
    a: articleOf(name),
    aNoun: `${articleOf(name)} ${one.words}`,
    plural: many.kebab,
    Plural: many.pascal,
    plural$: many.camel,
    pluralWords: many.words,
    table: many.snake,
    letter: one.snake.charAt(0),
    stamp: String(at.getTime()),
  };
}

/** Generates an aggregate with list, get, create and change in a service, with its migration, permissions and tests. */
export function makeAggregate(tree: Tree, wanted: NewAggregate): void {
  const words = aggregateWords(wanted);
  const { service, plural, Plural, plural$, snake, stamp } = words;
  const app = `apps/${service}`;
  if (!tree.exists(`${app}/src/${service}.module.ts`)) throw new NotPossible(`there is no service ${service}: ${serviceNames.join(', ')}`);
  if (tree.exists(`${app}/src/${plural}`)) throw new NotPossible(`${app}/src/${plural} is there already`);
  if (`${snake}:read` in permissions) throw new NotPossible(`${snake}:read is a permission already: give the aggregate another name`);

  generateFiles(tree, join(import.meta.dirname, 'files/aggregate'), app, words);
  edit(
    tree,
    `${app}/src/${service}.module.ts`,
    withImport(plural$, `./${plural}/${plural}.feature.js`),
    withImport(`Create${Plural}${stamp}`, `./database/migrations/${stamp}-create-${plural}.js`),
    withItem('features', plural$),
    withItem('migrations', `Create${Plural}${stamp}`, { isLast: true }),
  );
  const organizers = "['beijing_working_group', 'shenzhen_working_group', 'committee_office'";
  edit(
    tree,
    `libs/contracts/src/${service}/permissions.ts`,
    beforeLast(
      '} as const satisfies PermissionTable;',
      `  '${snake}:read': ${organizers}, 'platform_admin', 'auditor'],\n  '${snake}:write': ${organizers}],`,
    ),
  );
  edit(tree, `${app}/README.md`, text =>
    text.replace(/^- \*\*Owns\*\*: ?(.*)/m, (_, owned: string) => `- **Owns**: ${owned === '' ? '' : `${owned}; `}${words.pluralWords}`),
  );
}
