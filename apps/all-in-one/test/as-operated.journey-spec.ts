import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '@ciep/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startKafka, type KafkaBroker } from '../../../tools/kafka/kafka.js';
import { until } from '../../../tools/tour/caller.js';
import type { ServiceProcess } from '../../../tools/services/service-process.js';
import { Story } from '../../../tools/tour/story.js';
import { Load, reading, type Kind } from './load.js';
import { commandsBelow, runAsOperator } from './runbook.js';
import { drainDelayMs, startTwoOfEach, withDatabase, type DatabaseName, type TwoOfEach } from './two-of-each.js';
import { book, UnderWay, untilRefused, type Booking } from './under-way.js';

interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/** A process that is told to stop has ended within this time, in milliseconds. */
const longestStop = 12_000 + drainDelayMs;
/** Of the requests under load, those that may meet a connection in the moment in which it is closed, and are sent again. */
const mostResent = 1 / 500;
/** How often one process is stopped with work under way; more, as `CIEP_STOPS` says, where time permits. */
const stops = Number(process.env['CIEP_STOPS'] ?? 2);

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
      {
        name: 'note',
        send: mark => story.shenzhen.post(`/v1/exhibition/applications/${applicationId}/notes`, { text: mark }, { key: mark }),
      },
      { name: 'payment', send: mark => story.finance.post('/v1/billing/payments', aPayment(mark), { key: mark }) },
      { name: 'edition', send: mark => story.shenzhen.post('/v1/conference/managed-editions', anEdition(mark), { key: mark }) },
      { name: 'log-in', send: () => story.portal('220000').get('/v1/identity/me', { expect: [200, 403] }) },
    ];
    // Everybody logs in before the load begins.
    for (const kind of kinds) await kind.send(crypto.randomUUID());
  }, 400_000);
  afterAll(async () => {
    await kafka?.stop();
    await stage.close();
  });

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

  /** Every write that was answered is there, and once, of all kinds that the load was of. */
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
      const done = load.tallies.get(name)?.done;
      if (!done) continue;
      expect(done.length).toBeGreaterThan(0);
      expect(done.map(mark => [name, times.get(sign(mark))])).toEqual(done.map(() => [name, 1]));
    }
  }

  /** Facts that wait to be sent, and facts that wait to be reacted to, of all services. */
  async function waiting(): Promise<number> {
    const counts = await Promise.all(
      withDatabase.map(name =>
        stage.ask<{ count: number }>(
          name,
          `SELECT ((SELECT count(*) FROM outbox WHERE published_at IS NULL) + (SELECT count(*) FROM inbox WHERE status <> 'done'))::int AS count`,
        ),
      ),
    );
    return counts.reduce((sum, [row]) => sum + (row?.count ?? 0), 0);
  }

  const factsOf = async (service: DatabaseName, subject: string, type: string) =>
    (await stage.ask<{ event_id: string }>(service, 'SELECT event_id FROM outbox WHERE key = $1 AND type = $2', [subject, type])).map(
      row => row.event_id,
    );

  /** Waits until a service has reacted to the payment of an invoice. */
  const untilHeard = (service: DatabaseName, invoiceId: string) =>
    eventually(async () => {
      const heard = await stage.ask(
        service,
        `SELECT 1 FROM inbox WHERE key = $1 AND type = 'ciep.billing.invoice.paid.v1' AND status = 'done'`,
        [invoiceId],
      );
      expect(heard.length).toBeGreaterThan(0);
    }, 60_000);

  /** Stops a process in order, and starts it again. */
  async function exchange(instance: ServiceProcess): Promise<void> {
    await stop(instance);
    await instance.start();
  }

  async function stop(instance: ServiceProcess): Promise<void> {
    const from = Date.now();
    await instance.stop(longestStop + 5_000);
    expect({ name: instance.name, code: instance.exitCode }).toEqual({ name: instance.name, code: 0 });
    expect(Date.now() - from).toBeLessThan(longestStop);
  }

  /** Nothing failed, and next to nothing was sent twice. */
  function expectUnharmed(load: Load): void {
    process.stdout.write(`${load.count} requests, ${load.resent.length} of them sent once more\n`);
    expect(load.failures).toEqual([]);
    expect({ resent: load.resent, tooMany: load.resent.length > load.count * mostResent }).toMatchObject({ tooMany: false });
  }

  it('is restarted under load, service by service: not one request fails, every effect is there once, all end in time with 0', async () => {
    const load = new Load(kinds);
    const names = ['gateway', ...withDatabase] as const;
    // Of no service both at once; three services at a time, for the sake of the clock.
    const exchangeEvery = async (third: number) => {
      for (const name of names.filter((_, at) => at % 3 === third)) for (const instance of stage.all(name)) await exchange(instance);
    };
    await Promise.all([0, 1, 2].map(exchangeEvery));
    await load.stop();
    expectUnharmed(load);
    await expectEffectsOf(load);
  }, 600_000);

  it('notices a process that does not drain', async () => {
    const [gateway] = stage.all('gateway');
    const load = new Load(kinds);
    await eventually(() => expect(load.count).toBeGreaterThan(50));
    await gateway?.kill();
    await load.stop();
    await gateway?.start();
    expect(load.failures.length + load.resent.length).toBeGreaterThan(load.count * mostResent);
  });

  it(
    `answers whole what one process has accepted before it is stopped, ${stops} times`,
    async () => {
      const [instance] = stage.all('exhibition');
      if (!instance) throw new Error('there is no exhibition');
      const load = new Load(kinds.filter(({ name }) => name === 'exhibition' || name === 'note'));
      let booking: Booking | undefined;
      for (let round = 0; round < stops; round += 1) {
        // An agreement takes 20 scans.
        if (!booking || round % 19 === 0) booking = await book(story, '210000');
        const underWay = await UnderWay.begin(instance.url, booking);
        const stopped = stop(instance);
        await untilRefused(instance.url);
        expect(instance.pid).toBeDefined();
        const kept = await underWay.finish();
        await stopped;
        await instance.start();
        expect(await kept.isThere()).toBe(true);
      }
      await load.stop();
      expectUnharmed(load);
      await expectEffectsOf(load);
    },
    120_000 + stops * 30_000,
  );

  it('takes every write while the broker is away, and tells all of it within 30 seconds of its return', async () => {
    await eventually(async () => expect(await waiting()).toBe(0), 30_000);
    const port = Number(stage.suite.brokers.split(':')[1]);
    const { kafkaPid } = stage.suite;
    if (kafkaPid === undefined) throw new Error('the suite has no Kafka of its own');
    process.kill(kafkaPid, 'SIGKILL');
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
  }, 400_000);

  it('is backed up, wiped and restored by the commands of the runbook; facts under way are heard once, those of the lost time never', async () => {
    const cast = { liaoning: story.portal('210000'), now: new Date() };
    const bookAgain = async () => {
      const { exhibitor } = await story.register('210000');
      const { booths, ...place } = await story.lookAround('210000');
      const { id } = await story.apply(exhibitor, place, '210000');
      await story.endorse(cast.liaoning, { id, editionId: place.editionId });
      await story.decide(exhibitor, id, booths, cast.now);
      return { exhibitor, id };
    };
    const settled = await bookAgain();
    const invoice = await story.invoiceOf(settled.exhibitor, settled.id);
    // Kafka has the fact of the second approval, and billing does not.
    await Promise.all(stage.all('billing').map(instance => instance.kill()));
    const underWay = await bookAgain();
    const [approval = ''] = await factsOf('exhibition', underWay.id, 'ciep.exhibition.application.approved.v1');
    await eventually(
      async () =>
        expect(
          await stage.ask('exhibition', 'SELECT 1 FROM outbox WHERE event_id = $1 AND published_at IS NOT NULL', [approval]),
        ).toHaveLength(1),
      30_000,
    );
    const file = join(stage.dataDir, 'files', 'exhibition', 'a-scan');
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, 'scan');
    const backup = join(stage.dataDir, 'backup');
    const environment = { ...stage.environment, BACKUP: backup, SINCE: new Date(Date.now() - 3_600_000).toISOString() };
    await runAsOperator(commandsBelow('backup'), environment);

    // Billing hears of it after all; what comes now is lost, and notification does not even hear of it before.
    await Promise.all(stage.all('billing').map(instance => instance.start()));
    const lateInvoice = await story.invoiceOf(underWay.exhibitor, underWay.id);
    await Promise.all(stage.all('notification').map(instance => instance.kill()));
    await story.transfer(invoice);
    await untilHeard('exhibition', invoice.id);
    const lost = await factsOf('billing', invoice.id, 'ciep.billing.invoice.paid.v1');
    expect(lost.length).toBe(1);

    await Promise.all(stage.instances.map(instance => instance.kill()));
    for (const name of withDatabase) await stage.ask(name, 'DROP SCHEMA public CASCADE; CREATE SCHEMA public');
    await rm(join(stage.dataDir, 'files'), { recursive: true, force: true });
    await runAsOperator(commandsBelow('restore'), environment);
    await Promise.all(stage.instances.map(instance => instance.start()));

    const again = await until(
      'the second invoice',
      async () => story.invoiceOf(underWay.exhibitor, underWay.id).catch(() => undefined),
      60,
    );
    expect(again.status).toBe('open');
    expect(again.id).not.toBe(lateInvoice.id);
    expect(await story.invoiceOf(settled.exhibitor, settled.id)).toEqual(invoice);
    const counted = await stage.ask<{ count: string }>('billing', 'SELECT count(*) FROM invoices GROUP BY application_id');
    expect(new Set(counted.map(({ count }) => count))).toEqual(new Set(['1']));
    await eventually(async () => expect(await waiting()).toBe(0), 60_000);
    for (const name of withDatabase) {
      expect([name, await stage.ask(name, 'SELECT 1 FROM inbox WHERE event_id = ANY($1)', [lost])]).toEqual([name, []]);
    }

    expect(await readFile(file, 'utf8')).toBe('scan');
    // Life goes on, from one service to the next.
    await story.transfer(again);
    await untilHeard('exhibition', again.id);
  }, 600_000);
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
