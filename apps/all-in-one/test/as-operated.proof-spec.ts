import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processNames, serviceNames, type ServiceName } from '@ciep/contracts';
import { eventually } from '@ciep/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startKafka, type KafkaBroker } from '../../../tools/kafka/kafka.js';
import { until } from '../../../tools/tour/caller.js';
import type { ServiceProcess } from '../../../tools/services/service-process.js';
import { Story } from '../../../tools/tour/story.js';
import { Load, reading, type Kind } from './load.js';
import { commandsBelow, runAsOperator } from './runbook.js';
import { drainDelayMs, startTwoOfEach, type TwoOfEach } from './two-of-each.js';
import { book, InFlightRequests, untilRefused, type Booking } from './in-flight-requests.js';

interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/** A stopped process must exit within this time, in milliseconds. */
const longestStop = 12_000 + drainDelayMs;
/** The share of requests under load that may hit a connection while it closes, and are then sent again. */
const mostResent = 1 / 500;
/** How often one process is stopped while it works; `CIEP_STOPS` sets a higher number when there is time. */
const stops = Number(process.env['CIEP_STOPS'] ?? 2);

describe('the platform as services, with two instances each', () => {
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
    // All logins happen before the load starts.
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

  /** Expects each answered write exactly once, for all kinds of load. */
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

  /** Events of all services that wait in an outbox or an inbox. */
  async function waiting(): Promise<number> {
    const counts = await Promise.all(
      serviceNames.map(name =>
        stage.ask<{ count: number }>(
          name,
          `SELECT ((SELECT count(*) FROM outbox WHERE published_at IS NULL) + (SELECT count(*) FROM inbox WHERE status <> 'done'))::int AS count`,
        ),
      ),
    );
    return counts.reduce((sum, [row]) => sum + (row?.count ?? 0), 0);
  }

  const eventsOf = async (service: ServiceName, subject: string, type: string) =>
    (await stage.ask<{ event_id: string }>(service, 'SELECT event_id FROM outbox WHERE key = $1 AND type = $2', [subject, type])).map(
      row => row.event_id,
    );

  /** Waits until a service has handled the payment of an invoice. */
  const untilHandled = (service: ServiceName, invoiceId: string) =>
    eventually(async () => {
      const handled = await stage.ask(
        service,
        `SELECT 1 FROM inbox WHERE key = $1 AND type = 'ciep.billing.invoice.paid.v1' AND status = 'done'`,
        [invoiceId],
      );
      expect(handled.length).toBeGreaterThan(0);
    }, 60_000);

  /** Stops a process gracefully and starts it again. */
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

  /** Expects no failures and almost no retries. */
  function expectUnharmed(load: Load): void {
    process.stdout.write(`${load.count} requests, ${load.resent.length} of them sent once more\n`);
    expect(load.failures).toEqual([]);
    expect({ resent: load.resent, tooMany: load.resent.length > load.count * mostResent }).toMatchObject({ tooMany: false });
  }

  it('restarts service by service under load without a failed request or a lost or doubled effect, and every process exits in time with 0', async () => {
    const load = new Load(kinds);
    const names = processNames;
    // Never both instances of a service at once, but three services at a time, to save time.
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
    `completes everything that a process accepted before it is stopped, ${stops} times`,
    async () => {
      const [instance] = stage.all('exhibition');
      if (!instance) throw new Error('there is no exhibition');
      const load = new Load(kinds.filter(({ name }) => name === 'exhibition' || name === 'note'));
      let booking: Booking | undefined;
      for (let round = 0; round < stops; round += 1) {
        // An agreement takes 20 scans.
        if (!booking || round % 19 === 0) booking = await book(story, '210000');
        const inFlight = await InFlightRequests.begin(instance.url, booking);
        const stopped = stop(instance);
        await untilRefused(instance.url);
        expect(instance.pid).toBeDefined();
        const kept = await inFlight.finish();
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

  it('accepts every write while the broker is down, and publishes all events within 30 seconds after it is back', async () => {
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

  it('survives backup, wipe and restore with the commands of the runbook: events in flight arrive once, events of the lost period never', async () => {
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
    // Kafka has the event of the second approval, billing does not.
    await Promise.all(stage.all('billing').map(instance => instance.kill()));
    const unfinished = await bookAgain();
    const [approval = ''] = await eventsOf('exhibition', unfinished.id, 'ciep.exhibition.application.approved.v1');
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

    // Billing receives it after the backup. What follows is lost by the restore, and notification never receives it.
    await Promise.all(stage.all('billing').map(instance => instance.start()));
    const lateInvoice = await story.invoiceOf(unfinished.exhibitor, unfinished.id);
    await Promise.all(stage.all('notification').map(instance => instance.kill()));
    await story.transfer(invoice);
    await untilHandled('exhibition', invoice.id);
    const lost = await eventsOf('billing', invoice.id, 'ciep.billing.invoice.paid.v1');
    expect(lost.length).toBe(1);

    await Promise.all(stage.instances.map(instance => instance.kill()));
    for (const name of serviceNames) await stage.ask(name, 'DROP SCHEMA public CASCADE; CREATE SCHEMA public');
    await rm(join(stage.dataDir, 'files'), { recursive: true, force: true });
    await runAsOperator(commandsBelow('restore'), environment);
    await Promise.all(stage.instances.map(instance => instance.start()));

    const again = await until(
      'the second invoice',
      async () => story.invoiceOf(unfinished.exhibitor, unfinished.id).catch(() => undefined),
      60,
    );
    expect(again.status).toBe('open');
    expect(again.id).not.toBe(lateInvoice.id);
    expect(await story.invoiceOf(settled.exhibitor, settled.id)).toEqual(invoice);
    const counted = await stage.ask<{ count: string }>('billing', 'SELECT count(*) FROM invoices GROUP BY application_id');
    expect(new Set(counted.map(({ count }) => count))).toEqual(new Set(['1']));
    await eventually(async () => expect(await waiting()).toBe(0), 60_000);
    for (const name of serviceNames) {
      expect([name, await stage.ask(name, 'SELECT 1 FROM inbox WHERE event_id = ANY($1)', [lost])]).toEqual([name, []]);
    }

    expect(await readFile(file, 'utf8')).toBe('scan');
    // New work flows again from one service to the next.
    await story.transfer(again);
    await untilHandled('exhibition', again.id);
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
