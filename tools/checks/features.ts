import { basename, dirname } from 'node:path/posix';
import type { SourceFile } from './tree.js';

/** The group of a class in its feature, by the suffix of its file; all others are providers. */
const groups: Readonly<Record<string, string>> = { controller: 'controllers', reaction: 'reactions', job: 'jobs', entity: 'entities' };
const decorated = /^@(?:Injectable|Controller|Job|Entity)\(.*\)\n(?:@.*\n)*export (?:abstract )?class (\w+)/gm;

/** Classes that Nest or TypeORM needs and that the feature file of their folder does not name, or names in the wrong group. */
export function featureFaults(files: readonly SourceFile[]): string[] {
  const features = new Map(files.filter(({ path }) => path.endsWith('.feature.ts')).map(file => [dirname(file.path), file]));
  return files.flatMap(({ path, text }) => {
    const folder = /^apps\/[^/]+\/src\/(?!database\/)[^/]+(?=\/[^/]+[.]ts$)/.exec(path)?.[0];
    // The gateway's folders are one feature, defined in its module.
    if (folder === undefined || folder.startsWith('apps/gateway/') || /[.](spec|feature)[.]ts$/.test(path)) return [];
    const feature = features.get(folder);
    const group = groups[basename(path, '.ts').split('.')[1] ?? ''] ?? 'providers';
    return [...text().matchAll(decorated)]
      .filter(([, name = '']) => !feature || !namesOf(feature.text(), group).has(name))
      .map(([, name]) => `${path}: ${name} is not among the ${group} of ${folder}/${basename(folder)}.feature.ts`);
  });
}

/** The names in the brackets of a group. */
function namesOf(feature: string, group: string): Set<string> {
  const start = feature.search(new RegExp(`\\b${group}: \\[`));
  if (start < 0) return new Set();
  const from = feature.indexOf('[', start);
  let depth = 0;
  let end = from;
  do {
    depth += { '[': 1, ']': -1 }[feature[end] ?? ''] ?? 0;
    end += 1;
  } while (depth > 0 && end < feature.length);
  return new Set(feature.slice(from, end).match(/\w+/g));
}
