import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KnownEvent } from './contract-events.js';

/** Events without a valid example, and examples without an event, in libs/contracts/examples below a root folder. */
export function eventExampleFaults(root: string, events: readonly KnownEvent[]): string[] {
  const folder = join(root, 'libs/contracts/examples');
  const expected = new Map(events.map(event => [`${event.service}/${event.file}.json`, event]));
  const found = new Set(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map(path => path.replaceAll('\\', '/'))
      .filter(path => path.includes('/')),
  );
  const orphans = [...found].filter(path => !expected.has(path)).map(path => `${path}: there is no such event`);
  const unfit = [...expected].flatMap(([path, event]) => {
    if (!found.has(path)) return [`${path}: is missing`];
    const refusal = refusalOf(event, readFileSync(join(folder, path), 'utf8'));
    return refusal === undefined ? [] : [`${path}: ${refusal}`];
  });
  return [...orphans, ...unfit].sort();
}

function refusalOf(event: KnownEvent, text: string): string | undefined {
  try {
    return event.refusal(JSON.parse(text));
  } catch (error) {
    return String(error);
  }
}
