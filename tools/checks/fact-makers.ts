import type { KnownFact } from './contract-facts.js';
import type { SourceFile } from './tree.js';

/** Roles that never make a fact: an aggregate records it while it changes, or a service that has no aggregate. */
const silent = /[.](controller|use-case|reaction|job|queries|dto|page|rules|errors|repository)[.]ts$/;

/** Facts made where they must not be: by another service than their owner, or by a file whose role is not to decide. */
export function factMakerFaults(files: readonly SourceFile[], facts: readonly KnownFact[]): string[] {
  const calls = new RegExp(`(?<![\\w.@])(${facts.map(fact => fact.name).join('|')})\\(`, 'g');
  return files.flatMap(({ path, text }) => {
    const service = /^apps\/([^/]+)\/src\/.*(?<!spec)[.]ts$/.exec(path)?.[1];
    if (service === undefined) return [];
    const made = new Set([...text().matchAll(calls)].map(([, name]) => name));
    return facts
      .filter(fact => made.has(fact.name))
      .flatMap(fact => [
        ...(fact.service === service ? [] : [`${path}: makes ${fact.title}, a fact of ${fact.service}`]),
        ...(silent.test(path) ? [`${path}: makes ${fact.title}, which only an entity or a service does`] : []),
      ]);
  });
}
