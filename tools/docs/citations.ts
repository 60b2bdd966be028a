import { posix } from 'node:path';
import type { SourceFile } from '../checks/tree.js';

const readable = /[.](ts|md|html|liquid)$/;
const citation = /\b(docs\/[\w/-]+[.]md)(?:#([\w-]+))?/g;
const link = /\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]+))?\)/g;
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} -]/gu, '')
    .trim()
    .replaceAll(' ', '-');

/** The link targets of a document: `<a id="…">`, and headings as Markdown renderers name them. */
function anchorsIn(text: string): Set<string> {
  const named = [...text.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id);
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading.replace(/<[^>]*>/g, '')));
  return new Set([...named, ...headings]);
}

/** Documents and anchors that code cites or documents link to, but that do not exist; one line per fault. */
export function citationFaults(files: readonly SourceFile[]): string[] {
  const paths = new Set(files.flatMap(({ path }) => foldersOf(path)));
  const documents = new Map(files.filter(({ path }) => path.endsWith('.md')).map(file => [file.path, file]));
  const faultOf = (target: string, anchor: string | undefined): string | undefined => {
    const document = documents.get(target);
    if (!paths.has(target)) return `${target} is not there`;
    return anchor !== undefined && document && !anchorsIn(document.text()).has(anchor) ? `${target} has no #${anchor}` : undefined;
  };
  return files
    .filter(({ path }) => readable.test(path) && !/^tools\/docs\/.*[.]spec[.]ts$/.test(path))
    .flatMap(file => {
      const text = file.text();
      const cited = [...text.matchAll(citation)].map(([, target = '', anchor]) => faultOf(target, anchor));
      const linked = file.path.endsWith('.md')
        ? [...text.matchAll(link)].map(([, target = '', anchor]) =>
            faultOf(target === '' ? file.path : posix.join(posix.dirname(file.path), target).replace(/\/$/, ''), anchor),
          )
        : [];
      return [...new Set([...cited, ...linked])].filter(fault => fault !== undefined).map(fault => `${file.path}: ${fault}`);
    });
}

/** A path and its parent folders. */
function foldersOf(path: string): string[] {
  return path.includes('/') ? [path, ...foldersOf(posix.dirname(path))] : [path];
}
