import type { Tree } from '@nx/devkit';
import { NotPossible } from './names.js';

/** Edits a file; an edit that finds no place is an error, and never skipped. */
export function edit(tree: Tree, path: string, ...changes: ((text: string) => string)[]): void {
  const text = tree.read(path, 'utf8');
  if (text === null) throw new NotPossible(`${path} is not there`);
  const changed = changes.reduce((now, change) => {
    const next = change(now);
    if (next === now) throw new NotPossible(`${path} is not written as the generator expects it`);
    return next;
  }, text);
  tree.write(path, changed);
}

/** Adds an import before the first one with a later path. */
export const withImport =
  (names: string, from: string) =>
  (text: string): string => {
    const line = `import { ${names} } from '${from}';\n`;
    const imports = [...text.matchAll(/^import .* from '([^']+)';\n/gm)];
    const isRelative = (path: string) => path.startsWith('.');
    const next = imports.find(([, path = '']) => isRelative(path) === isRelative(from) && path > from);
    const last = imports.at(-1);
    const at = next?.index ?? (last ? last.index + last[0].length : 0);
    return `${text.slice(0, at)}${line}${text.slice(at)}`;
  };

/** Adds a name to the list after `label`, in alphabetical order unless it must be last. */
export const withItem =
  (label: string, item: string, { isLast = false } = {}) =>
  (text: string): string =>
    text.replace(new RegExp(`(\\b${label}(?::| =) \\[)([^\\]]*)\\]`), (_, start: string, list: string) => {
      const items = list
        .split(',')
        .map(one => one.trim())
        .filter(one => one !== '');
      const next = isLast ? -1 : items.findIndex(one => one > item);
      items.splice(next < 0 ? items.length : next, 0, item);
      return `${start}${items.join(', ')}]`;
    });

/** Adds text before the last line equal to `end`. */
export const beforeLast =
  (end: string, added: string) =>
  (text: string): string => {
    const at = text.lastIndexOf(`\n${end}\n`);
    return at < 0 ? text : `${text.slice(0, at)}\n${added}${text.slice(at)}`;
  };

/** Replaces the only match of a pattern. */
export const replaced =
  (pattern: RegExp, by: string) =>
  (text: string): string =>
    text.replace(pattern, (found: string) => by.replace('$&', () => found));
