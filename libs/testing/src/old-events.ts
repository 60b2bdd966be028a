import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EventType } from '@ciep/contracts';
import type { CloudEvent } from '@ciep/platform';
import type { TestService } from './start-service.js';

const folder = join(import.meta.dirname, '../../contracts/golden');

/** The golden events of all services, in every shape that their types have had. */
export const oldEvents = (): CloudEvent[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.json'))
    .sort()
    .map(path => JSON.parse(readFileSync(join(folder, path), 'utf8')) as CloudEvent);

/** The golden events of one type, in every shape; throws if there are none. */
export function oldEvent({ type }: Pick<EventType, 'type'>): CloudEvent[] {
  const found = oldEvents().filter(event => event.type === type);
  if (found.length === 0) throw new Error(`there is no golden event of ${type}`);
  return found;
}

/** A copy of an old event with an id of its own, and with ids or other texts replaced. */
export function copyOf(event: CloudEvent, aggregateversion: number, texts: Readonly<Record<string, string>> = {}): CloudEvent {
  const text = Object.entries(texts).reduce((all, [old, other]) => all.replaceAll(`"${old}"`, `"${other}"`), JSON.stringify(event));
  return { ...(JSON.parse(text) as CloudEvent), id: randomUUID(), aggregateversion };
}

/** Delivers all golden events and returns the types that a service reacts to without success. */
export async function unhandled(service: TestService): Promise<string[]> {
  // Each event has a subject of its own, so that an event that has to wait does not hold back others.
  for (const event of oldEvents()) await service.replay({ ...copyOf(event, 1), subject: randomUUID() });
  const rows = await service.query<{ type: string }>(
    `SELECT reaction || ' of ' || type AS type FROM inbox GROUP BY reaction, type HAVING count(*) FILTER (WHERE status = 'done') = 0 ORDER BY 1`,
  );
  return rows.map(({ type }) => type);
}

/** Types of events that a service could not read. */
export async function unreadable(service: TestService): Promise<string[]> {
  const rows = await service.query<{ type: string }>(
    `SELECT DISTINCT type FROM inbox WHERE last_error LIKE 'the data does not fit%' OR reaction = '?' ORDER BY 1`,
  );
  return rows.map(({ type }) => type);
}
