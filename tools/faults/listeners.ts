import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { keepers, type Keeper } from './stage.js';

/** Which reactions hear which type of fact, from the catalogue of facts (a test keeps that true to the sources). */
export function listenersOf(catalogue = readFileSync(join(import.meta.dirname, '../../docs/facts.md'), 'utf8')) {
  const found = new Map<string, { service: Keeper; reaction: string }[]>();
  for (const section of catalogue.split('\n### ').slice(1)) {
    const type = section.slice(0, section.indexOf('\n'));
    const heard = /\nHeard by (.*)[.]\n/.exec(section)?.[1] ?? '';
    const listeners = [...heard.matchAll(/(every service|[a-z]+) `(\w+)`/g)].flatMap(([, who = '', reaction = '']) =>
      keepers.filter(keeper => who === 'every service' || who === keeper).map(service => ({ service, reaction })),
    );
    if (listeners.length > 0) found.set(type, listeners);
  }
  return found;
}
