import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLog } from '@ciep/platform';
import { eventually } from '@ciep/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { kafkaClient } from '../src/messaging/kafka-client.js';
import { blind, blindLedger, ledger, makeBus, Stack, type Teller } from './two-services.js';

const brokers = process.env['KAFKA_BROKERS'] ?? '';
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

/** A relay in a process of its own, and whether it leads. */
class RelayProcess {
  leads = false;
  private readonly ended: Promise<unknown>;

  private constructor(private readonly child: ChildProcess) {
    child.stdout?.on('data', () => {
      this.leads = true;
    });
    this.ended = once(child, 'exit');
  }

  static start({ url }: Teller, { mark }: Stack, die = false): RelayProcess {
    const child = spawn(
      process.execPath,
      [
        '--conditions=@ciep/source',
        '--import',
        './tools/ts.mjs',
        'libs/platform/test/relay-process.ts',
        url,
        mark,
        ...(die ? ['die'] : []),
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    return new RelayProcess(child);
  }

  /** The signal that ended it. */
  async signal(): Promise<string | null> {
    await this.ended;
    return this.child.signalCode;
  }

  async kill(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGKILL');
    await this.ended;
  }
}

/** The ids of the messages on a topic, as Kafka has them. */
async function idsOn(topic: string): Promise<string[]> {
  const kafka = kafkaClient({ brokers, clientId: 'crash-suite', log: createLog('silent') });
  const admin = kafka.admin();
  await admin.connect();
  const offsets = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  const expected = offsets.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0);
  const consumer = kafka.consumer({ groupId: `raw-${topic}` });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  const ids: string[] = [];
  await consumer.run({
    eachMessage: ({ message }) => {
      ids.push(String(message.headers?.['ce_id']));
      return Promise.resolve();
    },
  });
  await eventually(() => expect(ids).toHaveLength(expected), 20_000);
  await consumer.disconnect();
  return ids;
}

describe('A relay that is killed', () => {
  let stack: Stack;
  let relays: RelayProcess[] = [];
  const relay = (teller: Teller, die = false): RelayProcess => {
    const started = RelayProcess.start(teller, stack, die);
    relays.push(started);
    return started;
  };

  beforeEach(async () => {
    stack = await new Stack(makeBus.KafkaBus()).prepare();
  });
  afterEach(async () => {
    await Promise.all(relays.map(one => one.kill()));
    relays = [];
    await stack.close();
  });

  it('between sending and marking loses no effect and doubles none, though the topic has the facts twice', async () => {
    const [sound, blinded] = [await stack.listener(ledger), await stack.listener(blindLedger, blind)];
    const teller = await stack.teller({ relay: false });
    const keys = await teller.keys(5);
    const rounds = 3;
    for (let round = 0; round < rounds; round += 1) {
      for (let time = 0; time < 4; time += 1) for (const key of keys) await teller.tell(key);
      expect(await relay(teller, true).signal()).toBe('SIGKILL');
    }
    const unsent = await teller.admin.query('SELECT 1 FROM outbox WHERE published_at IS NULL');
    expect(unsent.rowCount).toBe(keys.length * 4 * rounds);
    relay(teller);
    await teller.sent();

    const facts = (await teller.messages()).map(({ id }) => id);
    const onTopic = await idsOn(stack.topic);
    expect(new Set(onTopic)).toEqual(new Set(facts));
    // Those of the first round went out four times, those of the last one twice.
    expect(onTopic).toHaveLength(keys.length * 4 * (4 + 3 + 2));

    await blinded.settled(onTopic.length);
    await sound.settled(facts.length);
    for (const key of keys) {
      expect(await sound.effects(key)).toEqual(upTo(4 * rounds));
      expect(await blinded.effects(key)).toHaveLength(4 * (4 + 3 + 2));
    }
  });

  it('is followed by the other instance, which loses nothing and keeps the order of each key', async () => {
    const listener = await stack.listener(ledger);
    const teller = await stack.teller({ relay: false });
    const keys = await teller.keys(5);
    const instances = [relay(teller), relay(teller)];
    await eventually(() => expect(instances.map(({ leads }) => leads)).toContain(true), 20_000);

    let telling = true;
    let told = 0;
    const writing = (async () => {
      for (; telling; told += 1) {
        for (const key of keys) await teller.tell(key);
        await sleep(5);
      }
    })();
    await eventually(async () => expect((await listener.effects(keys[0] ?? '')).length).toBeGreaterThan(5), 20_000);
    const leader = instances.find(({ leads }) => leads);
    const follower = instances.find(one => one !== leader);
    expect(follower?.leads).toBe(false);
    await leader?.kill();
    const killed = Date.now();
    await eventually(() => expect(follower?.leads).toBe(true), 10_000);
    expect(Date.now() - killed).toBeLessThan(5_000);
    await sleep(500);
    telling = false;
    await writing;
    await teller.sent();
    await listener.settled(told * keys.length);
    for (const key of keys) expect(await listener.effects(key)).toEqual(upTo(told));
  });
});
