import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FactType } from '@ciep/contracts';
import type { CloudEvent } from '@ciep/platform';
import type { TestService } from './start-service.js';

const folder = join(import.meta.dirname, '../../contracts/golden');

/** Every fact as it was told once, of all services and in all the shapes that its type ever had. */
export const oldFacts = (): CloudEvent[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.json'))
    .sort()
    .map(path => JSON.parse(readFileSync(join(folder, path), 'utf8')) as CloudEvent);

/** The shapes that a type of fact ever had; throws when there is none. */
export function oldFact({ type }: Pick<FactType, 'type'>): CloudEvent[] {
  const found = oldFacts().filter(fact => fact.type === type);
  if (found.length === 0) throw new Error(`nobody kept a fact ${type}`);
  return found;
}

/** An old fact that happens to other things: each id, or other text, in it replaced; with an id of its own. */
export function retold(fact: CloudEvent, aggregateversion: number, texts: Readonly<Record<string, string>> = {}): CloudEvent {
  const text = Object.entries(texts).reduce((all, [old, other]) => all.replaceAll(`"${old}"`, `"${other}"`), JSON.stringify(fact));
  return { ...(JSON.parse(text) as CloudEvent), id: randomUUID(), aggregateversion };
}

/** Types of old facts that a service reacts to, none of which any reaction has dealt with in this test. Delivers them all once more. */
export async function unheard(service: TestService): Promise<string[]> {
  // Each about a thing of its own: where one has to wait, because nobody knows its thing, the others need not.
  for (const fact of oldFacts()) await service.replay({ ...retold(fact, 1), subject: randomUUID() });
  const rows = await service.query<{ type: string }>(
    `SELECT reaction || ' of ' || type AS type FROM inbox GROUP BY reaction, type HAVING count(*) FILTER (WHERE status = 'done') = 0 ORDER BY 1`,
  );
  return rows.map(({ type }) => type);
}

/** Types of facts that a service could not read at all. */
export async function unreadable(service: TestService): Promise<string[]> {
  const rows = await service.query<{ type: string }>(
    `SELECT DISTINCT type FROM inbox WHERE last_error LIKE 'the data does not fit%' OR reaction = '?' ORDER BY 1`,
  );
  return rows.map(({ type }) => type);
}
