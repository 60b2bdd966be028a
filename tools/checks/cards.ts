import type { KnownFact } from './contract-facts.js';
import type { SourceFile } from './tree.js';

const labels = ['Owns', 'Door', 'HTTP', 'Tells', 'Listens', 'Settings', 'Run', 'Free to touch', 'Ask first', 'Never', 'Story'];
const longest = 60;

/** What a card and the code of its service say differently: one line per fault. A card is the README.md of a folder of `apps`. */
export function cardFaults(files: readonly SourceFile[], facts: readonly KnownFact[]): string[] {
  // all-in-one is a composition, not a service: it owns, tells and hears nothing.
  const services = new Set(files.map(({ path }) => /^apps\/([^/]+)\/src\//.exec(path)?.[1]).filter(name => name !== 'all-in-one'));
  return [...services].flatMap(name => (name === undefined ? [] : faultsOf(name, files, facts))).sort();
}

function faultsOf(service: string, files: readonly SourceFile[], facts: readonly KnownFact[]): string[] {
  const path = `apps/${service}/README.md`;
  const card = files.find(file => file.path === path)?.text();
  if (card === undefined) return [`${path}: is missing`];

  const sections = sectionsOf(card);
  const sources = files.filter(file => file.path.startsWith(`apps/${service}/src/`) && file.path.endsWith('.ts'));
  const own = facts.filter(fact => fact.service === service);
  const told = factsOn(sections.get('Tells') ?? '', service);
  const heard = factsOn(sections.get('Listens') ?? '');
  const keys = keysIn(sources.filter(file => file.path.endsWith('.config.ts')));
  const platformKeys = keysIn(files.filter(file => file.path.startsWith('libs/platform/src/settings/')));
  const keysOnCard = new Set(card.match(/\b[A-Z][A-Z0-9]*(_[A-Z0-9]+)+\b/g));

  const lines = card.trimEnd().split('\n').length;
  return [
    ...(lines > longest ? [`${lines} lines, at most ${longest}`] : []),
    ...labels.filter(label => !sections.has(label)).map(label => `has no line "${label}"`),
    ...compared('tells', new Set(own.map(fact => fact.title)), told),
    ...compared('listens to', reactedTo(sources, facts), heard),
    ...missing(keys, keysOnCard).map(key => `does not name the setting ${key}`),
    ...missing(keysOnCard, new Set([...keys, ...platformKeys]))
      .filter(key => !key.endsWith('_DATABASE_URL'))
      .map(key => `names a setting ${key} that the code does not have`),
    ...own.filter(fact => !isMade(fact, sources)).map(fact => `tells ${fact.title}, but no code does`),
  ].map(fault => `${path}: ${fault}`);
}

/** The card's text by label. A label stands at the beginning of a line, whatever marks (`#`, `|`, `-`, `**`) are before it. */
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

/** Names of facts in a text, with their service, which may be left out of a service's own. File names and paths are none. */
function factsOn(text: string, service?: string): Set<string> {
  const names = text.match(/(?<![\w/.*@-])[a-z][a-z_]*([.][a-z_]+){1,2}([.]v\d+)?(?![\w/-])(?!\.\w)/g) ?? [];
  const titles = names.map(name => name.replace(/[.]v\d+$/, '')).filter(name => !/[.](ts|js|json|md)$/.test(name));
  return new Set(titles.map(title => (title.split('.').length === 2 && service ? `${service}.${title}` : title)));
}

function reactedTo(sources: readonly SourceFile[], facts: readonly KnownFact[]): Set<string> {
  const titles = new Map(facts.map(fact => [fact.name, fact.title]));
  const names = sources
    .filter(file => file.path.endsWith('.reaction.ts'))
    .flatMap(file => [...file.text().matchAll(/@ReactsTo\(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(',')))
    .map(name => name.trim())
    .filter(name => name !== '');
  return new Set(names.map(name => titles.get(name) ?? `${name} (no fact of that name)`));
}

function keysIn(files: readonly SourceFile[]): Set<string> {
  return new Set(files.flatMap(file => [...file.text().matchAll(/\bsetting\(\s*['"`](\w+)['"`]/g)].map(([, key = '']) => key)));
}

const isMade = (fact: KnownFact, sources: readonly SourceFile[]) =>
  sources.some(file => !file.path.endsWith('.spec.ts') && new RegExp(`\\b${fact.name}\\(`).test(file.text()));

const missing = (names: ReadonlySet<string>, from: ReadonlySet<string>) => [...names].filter(name => !from.has(name));

function compared(verb: string, inCode: ReadonlySet<string>, onCard: ReadonlySet<string>): string[] {
  return [
    ...missing(inCode, onCard).map(title => `does not say that it ${verb} ${title}`),
    ...missing(onCard, inCode).map(title => `says that it ${verb} ${title}, the code does not`),
  ];
}
