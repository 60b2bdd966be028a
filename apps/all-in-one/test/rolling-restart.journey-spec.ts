import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { eventually } from '@ciep/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { startKafka, type KafkaBroker } from '../../../tools/kafka/kafka.js';
import { Story } from '../../../tools/tour/story.js';
import { Load, reading, type Kind } from './load.js';
import { drainDelayMs, startTwoOfEach, type TwoOfEach } from './two-of-each.js';

interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

describe('the platform as services, two of each', () => {
  let stage: TwoOfEach;
  let story: Story;
  let kinds: readonly Kind[];
  let applicationId: string;
  let kafka: KafkaBroker | undefined;

  beforeAll(async () => {
    stage = await startTwoOfEach();
    story = new Story(stage.url);
    const { exhibitor } = await story.register('210000');
    const { booths: _booths, ...place } = await story.lookAround('210000');
    applicationId = (await story.apply(exhibitor, place, '210000')).id;
    kinds = [
      reading('identity', story.anyone, '/v1/identity/regions'),
      reading('identity with a token', story.shenzhen, '/v1/identity/me'),
      reading('conference', story.anyone, '/v1/conference/editions'),
      reading('exhibition', exhibitor, `/v1/exhibition/applications/${applicationId}`),
      reading('billing', story.finance, '/v1/billing/payments?limit=5'),
      reading('notification', story.shenzhen, '/v1/notification/webhooks?limit=5'),
      { name: 'note', send: mark => story.shenzhen.post(`/v1/exhibition/applications/${applicationId}/notes`, { text: mark }) },
      { name: 'payment', send: mark => story.finance.post('/v1/billing/payments', aPayment(mark)) },
      { name: 'edition', send: mark => story.shenzhen.post('/v1/conference/managed-editions', anEdition(mark)) },
      { name: 'log-in', send: () => story.portal('220000').get('/v1/identity/me', { expect: [200, 403] }) },
    ];
    // Everybody logs in before the load begins.
    for (const kind of kinds) await kind.send(crypto.randomUUID());
  }, 240_000);
  afterAll(async () => {
    await stage.close();
    await kafka?.stop();
  }, 60_000);

  async function all<Item>(caller: Story['shenzhen'], path: string): Promise<Item[]> {
    const items: Item[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body }: { body: Page<Item> } = await caller.get<Page<Item>>(
        `${path}?limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
      );
      items.push(...body.items);
      cursor = body.nextCursor;
    }
    return items;
  }

  /** Every write that was answered is there, and once. */
  async function expectEffectsOf(load: Load): Promise<void> {
    const written = await story.shenzhen.get<{ items: { text: string }[] }>(`/v1/exhibition/applications/${applicationId}/notes`);
    const notes = written.body.items.map(({ text }) => text);
    const payments = (await all<{ statementNumber: string }>(story.finance, '/v1/billing/payments')).map(one => one.statementNumber);
    const editions = (await all<{ code: string }>(story.shenzhen, '/v1/conference/managed-editions')).map(({ code }) => code);
    for (const [name, found, sign] of [
      ['note', notes, (mark: string) => mark],
      ['payment', payments, (mark: string) => mark],
      ['edition', editions, codeOf],
    ] as const) {
      const times = new Map<string, number>();
      for (const one of found) times.set(one, (times.get(one) ?? 0) + 1);
      const done = load.tallies.get(name)?.done ?? [];
      expect(done.length).toBeGreaterThan(0);
      expect(done.map(mark => [name, times.get(sign(mark))])).toEqual(done.map(() => [name, 1]));
    }
  }

  /** Facts that wait to be sent, and facts that wait to be reacted to, of all services. */
  async function waiting(): Promise<number> {
    let sum = 0;
    for (const name of ['identity', 'conference', 'exhibition', 'billing', 'notification'] as const) {
      const client = new pg.Client({ connectionString: stage.suite.database(name).applicationUrl });
      await client.connect();
      const { rows } = await client.query<{ count: number }>(
        `SELECT ((SELECT count(*) FROM outbox WHERE published_at IS NULL) + (SELECT count(*) FROM inbox WHERE status <> 'done'))::int AS count`,
      );
      sum += rows[0]?.count ?? 0;
      await client.end();
    }
    return sum;
  }

  it('is restarted one process after the other under load: not one request fails, every effect is there once', async () => {
    const load = new Load(kinds);
    for (const instance of stage.instances) {
      const begun = Date.now();
      await instance.stop(12_000 + drainDelayMs);
      expect({ name: instance.name, code: instance.exitCode }).toEqual({ name: instance.name, code: 0 });
      expect(Date.now() - begun).toBeLessThan(12_000 + drainDelayMs);
      await instance.start();
    }
    await load.stop();
    expect(load.failures).toEqual([]);
    await expectEffectsOf(load);
  }, 300_000);

  it('takes every write while the broker is away, and tells all of it within 30 seconds of its return', async () => {
    await eventually(async () => expect(await waiting()).toBe(0), 30_000);
    const port = Number(stage.suite.brokers.split(':')[1]);
    process.kill(stage.suite.kafkaPid ?? 0, 'SIGKILL');
    const load = new Load(kinds);
    await sleep(8_000);
    const ready = await Promise.all(stage.instances.map(async ({ url }) => (await fetch(`${url}/health/ready`)).status));
    await load.stop();
    expect(load.failures).toEqual([]);
    expect(new Set(ready)).toEqual(new Set([200]));
    expect(await waiting()).toBeGreaterThan(0);
    kafka = await startKafka({ dir: join(stage.dataDir, 'kafka'), port });
    const back = Date.now();
    await eventually(async () => expect(await waiting()).toBe(0), 60_000);
    expect(Date.now() - back).toBeLessThan(30_000);
    await expectEffectsOf(load);
    expect(stage.instances.every(({ pid }) => pid !== undefined)).toBe(true);
  }, 180_000);
});

const codeOf = (mark: string): string => `t-${mark.slice(0, 13)}`;

const aPayment = (mark: string) => ({
  account: '0000000000000000000',
  statementNumber: mark,
  receivedOn: new Date().toISOString().slice(0, 10),
  amount: { amount: 100, currency: 'CNY' },
  payer: 'Northern Sample Equipment',
});

const anEdition = (mark: string) => ({
  ordinal: null,
  code: codeOf(mark),
  title: { zh: '样例', en: 'Sample' },
  theme: { zh: '样例', en: 'Sample' },
  startsOn: '2030-04-20',
  endsOn: '2030-04-22',
  venues: [],
});
