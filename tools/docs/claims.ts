import type { SourceFile } from '../checks/tree.js';

const isDocument = ({ path }: SourceFile): boolean => path === 'README.md' || /^(docs|apps\/[^/]+)\/.*[.]md$/.test(path);

/** Commands in documents that `package.json` does not have; one line per fault. */
export function commandFaults(files: readonly SourceFile[]): string[] {
  const { scripts } = JSON.parse(files.find(({ path }) => path === 'package.json')?.text() ?? '{}') as { scripts?: Record<string, string> };
  return files.filter(isDocument).flatMap(file => {
    const named = [...file.text().matchAll(/\bnpm (?:run (?:-s )?([\w:-]+)|(start|test)\b)/g)].map(([, run, own]) => run ?? own ?? '');
    return [...new Set(named)].filter(name => scripts?.[name] === undefined).map(name => `${file.path}: there is no npm script "${name}"`);
  });
}

/**
 * Our own files and folders in documents that do not exist; one line per fault. On a card, `src/…` and `test/…` belong to its service. A
 * built file exists if its source does.
 */
export function pathFaults(files: readonly SourceFile[]): string[] {
  const paths = files.map(({ path }) => path);
  const isThere = (named: string): boolean => paths.some(path => path === named || path.startsWith(`${named.replace(/\/$/, '')}/`));
  return files.filter(isDocument).flatMap(file => {
    const text = file.text();
    const folder = /^apps\/[^/]+\//.exec(file.path)?.[0];
    const own = folder ? pathsIn(text, 'src|test').map(path => `${folder}${path}`) : [];
    const named = [...pathsIn(text, 'apps|libs|tools|docs'), ...own];
    return [...new Set(named)].filter(path => !isThere(sourceOf(path))).map(path => `${file.path}: ${path} is not there`);
  });
}

const sourceOf = (path: string): string => path.replace(/^(apps\/[^/]+)\/dist\/(.+)[.]js$/, '$1/src/$2.ts');

/** Paths below certain folders, without place-holders. */
const pathsIn = (text: string, roots: string): string[] =>
  text.match(new RegExp(`(?<![\\w/.@-])(?:${roots})/[\\w./-]*[\\w/](?![<*…\\w])`, 'g')) ?? [];

/**
 * Rules of `docs/rules.md` that name a missing place of enforcement; one line per fault. The last cell of a rule names services or
 * libraries and, as code, their files (`booth.rules.ts`), folders (`waivers/`), use cases (`approve-application`) or members of classes
 * (`EditionRepository.claimNames`); it is empty while nothing enforces the rule.
 */
export function ruleFaults(files: readonly SourceFile[]): string[] {
  const rules = files.find(({ path }) => path === 'docs/rules.md')?.text() ?? '';
  return [...rules.matchAll(/^\| <a id="([\w-]+)">.*\|([^|]*)\|$/gm)].flatMap(([, rule = '', cell = '']) =>
    cell
      .split(';')
      .filter(part => /^\s*[a-z]+ `/.test(part))
      .flatMap(part => {
        const owner = part.trim().split(' ')[0] ?? '';
        const own = files.filter(({ path }) => path.startsWith(`apps/${owner}/src/`) || path.startsWith(`libs/${owner}/src/`));
        return [...part.matchAll(/`([^`]+)`/g)]
          .map(([, place = '']) => place)
          .filter(place => !isIn(place, own))
          .map(place => `docs/rules.md#${rule}: ${owner} has no ${place}`);
      }),
  );
}

function isIn(place: string, files: readonly SourceFile[]): boolean {
  const member = /^([A-Z]\w*)[.](\w+)$/.exec(place);
  if (member) return files.some(file => file.text().includes(`class ${member[1]} `) && file.text().includes(`${member[2]}(`));
  if (place.endsWith('/')) return files.some(({ path }) => path.includes(`/${place}`));
  return files.some(({ path }) => path.endsWith(`/${place}`) || path.includes(`/${place}.`));
}
