import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import pg from 'pg';
import { WebhookReceiver } from '../../../tools/tour/webhook-receiver.js';
import { CanaryStory } from './canary-story.js';
import type { ObservedStage } from './journey.js';
import { hitsIn, searchEverywhere, type Hit } from './searchable-data.js';

/** A tiny value that the control stores where the search must find it. */
const planted = `planted-${randomUUID()}`;

/**
 * Plays the booking story of a person with unique personal data and secrets, mistakes included, and searches logs, tables,
 * topics, problems, webhooks and spans byte by byte: each value may be only in its own tables, each secret nowhere.
 */
export async function expectNoTraceOfPeople(
  stage: ObservedStage,
  hookPort: string,
  seen: { webhooks(): string; spans(): string },
): Promise<void> {
  const receiver = new WebhookReceiver();
  const story = new CanaryStory(stage.url, receiver, await receiver.listen(Number(hookPort)));
  const canaries = await story.play().finally(() => receiver.close());
  await plant(stage);
  const controls = [
    { what: 'planted', value: planted },
    { what: 'application', value: story.applicationId },
  ];
  const hits = await searchEverywhere(stage.searchable, [...canaries, ...controls]);
  hits.push(...hitsIn(story.problems.join('\n'), canaries, 'problems'));
  hits.push(...hitsIn(JSON.stringify(receiver.delivered) + seen.webhooks(), canaries, 'webhooks'));
  hits.push(...hitsIn(seen.spans(), canaries, 'spans'));

  // Controls: the search finds the planted values and every value in its own table, and no source was empty.
  const placesOf = (what: string) => hits.filter(hit => hit.what === what).map(({ place }) => place);
  expect(placesOf('planted')).toEqual(['billing.platform_secrets.value']);
  const carriers = [
    'exhibition.outbox.event',
    'billing.inbox.event',
    ...(stage.searchable.brokers === undefined ? [] : ['topic ciep.exhibition.application']),
  ];
  expect(placesOf('application')).toEqual(expect.arrayContaining(carriers));
  for (const { what, home } of canaries) if (home.length > 0) expect([what, placesOf(what).length > 0]).toEqual([what, true]);
  const said = [...(await stage.searchable.logs()).values()].join('').length;
  expect([story.problems.length > 4, receiver.delivered.length > 0, seen.spans().length > 10_000, said > 10_000]).toEqual([
    true,
    true,
    true,
    true,
  ]);

  const isAtHome = ({ what, place }: Hit) => canaries.some(canary => canary.what === what && canary.home.includes(place));
  const isControl = ({ what }: Hit) => controls.some(control => control.what === what);
  expect(hits.filter(hit => !isControl(hit) && !isAtHome(hit))).toEqual([]);
}

async function plant({ searchable }: ObservedStage): Promise<void> {
  const client = new pg.Client({ connectionString: searchable.databases.get('billing') });
  await client.connect();
  await client.query('INSERT INTO platform_secrets (name, value) VALUES ($1, $2)', [randomUUID(), `x ${planted} x`]);
  await client.end();
}
