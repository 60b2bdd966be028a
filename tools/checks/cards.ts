import type { KnownEvent } from './contract-events.js';
import { longestCard } from './budgets.js';
import { settingKeysIn } from './setting-keys.js';
import type { SourceFile } from './tree.js';

const labels = ['Owns', 'Entry', 'HTTP', 'Publishes', 'Reacts to', 'Settings', 'Run', 'Free to touch', 'Ask first', 'Never', 'Story'];

/** The differences between each card and the code of its service, one line per fault. A card is the README.md of a folder of `apps`. */
export function cardFaults(files: readonly SourceFile[], events: readonly KnownEvent[], lists: readonly string[]): string[] {
  // all-in-one is a composition, not a service: it owns, publishes and consumes nothing.
  const services = new Set(files.map(({ path }) => /^apps\/([^/]+)\/src\//.exec(path)?.[1]).filter(name => name !== 'all-in-one'));
  return [...services].flatMap(name => (name === undefined ? [] : faultsOf(name, files, events, lists))).sort();
}

function faultsOf(service: string, files: readonly SourceFile[], events: readonly KnownEvent[], lists: readonly string[]): string[] {
  const path = `apps/${service}/README.md`;
  const card = files.find(file => file.path === path)?.text();
  if (card === undefined) return [`${path}: is missing`];

  const sections = sectionsOf(card);
  const sources = files.filter(file => file.path.startsWith(`apps/${service}/src/`) && file.path.endsWith('.ts'));
  const own = events.filter(event => event.service === service);
  const published = eventsOn(sections.get('Publishes') ?? '', service);
  const reactsTo = sections.get('Reacts to') ?? '';
  const consumed = new Set([...eventsOn(reactsTo), ...[...reactsTo.matchAll(/`(\w+Events)`/g)].map(([, list = '']) => list)]);
  const keys = keysIn(sources.filter(file => file.path.endsWith('.config.ts')));
  const platformKeys = keysIn(files.filter(file => file.path.startsWith('libs/platform/src/settings/')));
  const keysOnCard = new Set(card.match(/\b[A-Z][A-Z0-9]*(_[A-Z0-9]+)+\b/g));

  const lines = card.trimEnd().split('\n').length;
  return [
    ...(lines > longestCard ? [`${lines} lines, at most ${longestCard}`] : []),
    ...labels.filter(label => !sections.has(label)).map(label => `has no line "${label}"`),
    ...compared('publishes', new Set(own.map(event => event.title)), published),
    ...compared('reacts to', reactedTo(sources, events, lists), consumed),
    ...missing(keys, keysOnCard).map(key => `does not name the setting ${key}`),
    ...missing(keysOnCard, new Set([...keys, ...platformKeys]))
      .filter(key => !key.endsWith('_DATABASE_URL'))
      .map(key => `names a setting ${key} that the code does not have`),
    ...verbFaults(sources, card),
    ...own.filter(event => !isMade(event, sources)).map(event => `publishes ${event.title}, but no code does`),
  ].map(fault => `${path}: ${fault}`);
}

/** The card's text by label. A label begins a line, after any marks (`#`, `|`, `-`, `**`). */
function sectionsOf(card: string): Map<string, string> {
  const sections = new Map<string, string>();
  let current = '';
  for (const line of card.split('\n')) {
    const words = line.replace(/^[#|*\-\s]+/, '');
    current = labels.find(label => new RegExp(`^${label}\\b`, 'i').test(words)) ?? current;
    sections.set(current, `${sections.get(current) ?? ''}${line}\n`);
  }
  return sections;
}

/** Event names in a text, with their service, which a service's own events may omit. File names and paths do not count. */
function eventsOn(text: string, service?: string): Set<string> {
  const names = text.match(/(?<![\w/.*@-])[a-z][a-z_]*([.][a-z_]+){1,2}([.]v\d+)?(?![\w/-])(?!\.\w)/g) ?? [];
  const titles = names.map(name => name.replace(/[.]v\d+$/, '')).filter(name => !/[.](ts|js|json|md)$/.test(name));
  return new Set(titles.map(title => (title.split('.').length === 2 && service ? `${service}.${title}` : title)));
}

/** Titles of events, and names of lists (`...portalEvents`). */
function reactedTo(sources: readonly SourceFile[], events: readonly KnownEvent[], lists: readonly string[]): Set<string> {
  const titles = new Map([...events.map(event => [event.name, event.title] as const), ...lists.map(list => [`...${list}`, list] as const)]);
  const names = sources
    .filter(file => file.path.endsWith('.reaction.ts'))
    .flatMap(file => [...file.text().matchAll(/@ReactsTo\(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(',')))
    .map(name => name.trim())
    .filter(name => name !== '');
  return new Set(names.map(name => titles.get(name) ?? `${name} (no event of that name)`));
}

/** A verb of `/things/{id}` and the folder of its route. */
interface Verb {
  readonly things: string;
  readonly name: string;
  readonly folder: string;
}

/**
 * If several folders serve `/things/{id}`, a table on the card lists the verbs of each: its head names the path, each row the verbs
 * and the folder.
 */
function verbFaults(sources: readonly SourceFile[], card: string): string[] {
  const verbs = sources.filter(file => file.path.endsWith('.controller.ts')).flatMap(verbsOf);
  const shared = (things: string) => new Set(verbs.filter(verb => verb.things === things).map(({ folder }) => folder)).size > 1;
  return [...new Set(verbs.map(({ things }) => things))].filter(shared).flatMap(things => {
    const [, table = ''] = card.split(new RegExp(`^\\|.*/${things}/\\{id\\}.*\\|$`, 'm'));
    const rows = [...(table.split('\n\n')[0] ?? '').matchAll(/^\| ([\w., -]+?) +\| src\/([\w-]+) +\|$/gm)];
    const onCard = rows.flatMap(([, names = '', folder = '']) => names.split(', ').map(name => `${name} (src/${folder})`));
    const inCode = verbs.filter(verb => verb.things === things).map(({ name, folder }) => `${name} (src/${folder})`);
    return compared(`serves /${things}/{id}:`, new Set(inCode), new Set(onCard));
  });
}

function verbsOf({ path, text }: SourceFile): Verb[] {
  const folder = path.split('/').at(-2) ?? '';
  const [, prefix = ''] = /@Controller\('([^']*)'\)/.exec(text()) ?? [];
  return [...text().matchAll(/@(?:Get|Post|Put|Patch|Delete)\((?:'([^']*)')?\)/g)].flatMap(([, route = '']) => {
    const [, things, name] = /^([\w-]+)\/:id\/([\w.-]+)/.exec([prefix, route].filter(part => part !== '').join('/')) ?? [];
    return things === undefined || name === undefined ? [] : [{ things, name, folder }];
  });
}

const keysIn = (files: readonly SourceFile[]): Set<string> => new Set(files.flatMap(file => settingKeysIn(file.text())));

const isMade = (event: KnownEvent, sources: readonly SourceFile[]) =>
  sources.some(file => !file.path.endsWith('.spec.ts') && new RegExp(`\\b${event.name}\\(`).test(file.text()));

const missing = (names: ReadonlySet<string>, from: ReadonlySet<string>) => [...names].filter(name => !from.has(name));

function compared(verb: string, inCode: ReadonlySet<string>, onCard: ReadonlySet<string>): string[] {
  return [
    ...missing(inCode, onCard).map(title => `does not say that it ${verb} ${title}`),
    ...missing(onCard, inCode).map(title => `says that it ${verb} ${title}, but the code does not`),
  ];
}
