import { randomUUID } from 'node:crypto';
import type { Client } from '../client.js';

interface Versioned {
  readonly id: string;
  readonly version: number;
}

/** Editions that are changed concurrently. */
const lanes = 16;
const firstDay = Date.parse('2030-01-01');
const day = 24 * 60 * 60_000;

/** Changes several editions in this many steps. Each change is an event, and the last one of an edition must win. */
export async function changeEditions(organizer: Client, changes: number): Promise<void> {
  await Promise.all(Array.from({ length: lanes }, () => changeOne(organizer, Math.ceil(changes / lanes))));
}

async function changeOne(organizer: Client, changes: number): Promise<void> {
  const path = '/v1/conference/managed-editions';
  const { ok, body: made } = await organizer.send<Versioned>({ name: 'edition.create', method: 'POST', path, body: anEdition() });
  if (!ok) throw new Error(`an edition cannot be created: ${JSON.stringify(made)}`);
  let { version } = made;
  for (let change = 1; change <= changes; change += 1) {
    const changed = await organizer.send<Versioned>({
      name: 'edition.change',
      method: 'PATCH',
      path: `${path}/${made.id}`,
      body: { endsOn: dayAfter(change) },
      ifMatch: version,
    });
    const { body } = changed.ok ? changed : await organizer.get<Versioned>('edition.read', `${path}/${made.id}`);
    version = body.version;
  }
}

const dayAfter = (days: number): string => new Date(firstDay + days * day).toISOString().slice(0, 10);

const anEdition = () => ({
  ordinal: null,
  code: randomUUID().slice(0, 8),
  title: { zh: '样例', en: 'Sample' },
  theme: { zh: '样例', en: 'Sample' },
  startsOn: dayAfter(0),
  endsOn: dayAfter(0),
  venues: [],
});
