import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { serviceNames, type ServiceName } from '@ciep/contracts';

/** The reactions that consume each event type, from the catalogue of events (a test keeps the catalogue true to the sources). */
export function listenersOf(catalogue = readFileSync(join(import.meta.dirname, '../../docs/events.md'), 'utf8')) {
  const found = new Map<string, { service: ServiceName; reaction: string }[]>();
  for (const section of catalogue.split('\n### ').slice(1)) {
    const type = section.slice(0, section.indexOf('\n'));
    const consumers = /\nConsumed by (.*)[.]\n/.exec(section)?.[1] ?? '';
    const listeners = [...consumers.matchAll(/(every service|[a-z]+) `(\w+)`/g)].flatMap(([, who = '', reaction = '']) =>
      serviceNames.filter(keeper => who === 'every service' || who === keeper).map(service => ({ service, reaction })),
    );
    if (listeners.length > 0) found.set(type, listeners);
  }
  return found;
}
