import type { KnownEvent } from './contract-events.js';
import type { SourceFile } from './tree.js';

/** Roles that never make an event: an aggregate records it during its change, or a service does so if there is no aggregate. */
const silent = /[.](controller|use-case|reaction|job|queries|dto|page|rules|errors|repository)[.]ts$/;

/** Events made in the wrong place: by another service than their owner, or by a file whose role does not allow it. */
export function eventMakerFaults(files: readonly SourceFile[], events: readonly KnownEvent[]): string[] {
  const calls = new RegExp(`(?<![\\w.@])(${events.map(event => event.name).join('|')})\\(`, 'g');
  return files.flatMap(({ path, text }) => {
    const service = /^apps\/([^/]+)\/src\/.*(?<!spec)[.]ts$/.exec(path)?.[1];
    if (service === undefined) return [];
    const made = new Set([...text().matchAll(calls)].map(([, name]) => name));
    return events
      .filter(event => made.has(event.name))
      .flatMap(event => [
        ...(event.service === service ? [] : [`${path}: makes ${event.title}, an event of ${event.service}`]),
        ...(silent.test(path) ? [`${path}: makes ${event.title}, which only an entity or a service does`] : []),
      ]);
  });
}
