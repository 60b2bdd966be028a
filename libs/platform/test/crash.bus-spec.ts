import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLog } from '@ciep/platform';
import { eventually } from '@ciep/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { kafkaClient } from '../src/messaging/kafka-client.js';
import { blind, blindLedger, ledger, makeBus, Stack, type Publisher } from './two-services.js';

const brokers = process.env['KAFKA_BROKERS'] ?? '';
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

/** A relay as a separate process, and whether it leads. */
class RelayProcess {
  leads = false;
  private readonly ended: Promise<unknown>;

  private constructor(private readonly child: ChildProcess) {
    child.stdout?.on('data', () => {
      this.leads = true;
    });
    this.ended = once(child, 'exit');
  }

  static start({ url }: Publisher, { mark }: Stack, die = false): RelayProcess {
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

/** The ids of the messages on a topic in Kafka. */
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

describe('a relay that is killed', () => {
  let stack: Stack;
  let relays: RelayProcess[] = [];
  const relay = (publisher: Publisher, die = false): RelayProcess => {
    const started = RelayProcess.start(publisher, stack, die);
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

  it('between sending and marking loses and doubles no effect, although the topic has the events twice', async () => {
    const [sound, blinded] = [await stack.consumer(ledger), await stack.consumer(blindLedger, blind)];
    const publisher = await stack.publisher({ relay: false });
    const keys = await publisher.keys(5);
    const rounds = 3;
    for (let round = 0; round < rounds; round += 1) {
      for (let time = 0; time < 4; time += 1) for (const key of keys) await publisher.publish(key);
      expect(await relay(publisher, true).signal()).toBe('SIGKILL');
    }
    const unsent = await publisher.admin.query('SELECT 1 FROM outbox WHERE published_at IS NULL');
    expect(unsent.rowCount).toBe(keys.length * 4 * rounds);
    relay(publisher);
    await publisher.sent();

    const events = (await publisher.messages()).map(({ id }) => id);
    const onTopic = await idsOn(stack.topic);
    expect(new Set(onTopic)).toEqual(new Set(events));
    // Those of the first round were sent four times, those of the last one twice.
    expect(onTopic).toHaveLength(keys.length * 4 * (4 + 3 + 2));

    await blinded.settled(onTopic.length);
    await sound.settled(events.length);
    for (const key of keys) {
      expect(await sound.effects(key)).toEqual(upTo(4 * rounds));
      expect(await blinded.effects(key)).toHaveLength(4 * (4 + 3 + 2));
    }
  });

  it('is replaced by the other instance, which loses nothing and keeps the order of each key', async () => {
    const consumer = await stack.consumer(ledger);
    const publisher = await stack.publisher({ relay: false });
    const keys = await publisher.keys(5);
    const instances = [relay(publisher), relay(publisher)];
    await eventually(() => expect(instances.map(({ leads }) => leads)).toContain(true), 20_000);

    let publishing = true;
    let published = 0;
    const writing = (async () => {
      for (; publishing; published += 1) {
        for (const key of keys) await publisher.publish(key);
        await sleep(5);
      }
    })();
    await eventually(async () => expect((await consumer.effects(keys[0] ?? '')).length).toBeGreaterThan(5), 20_000);
    const leader = instances.find(({ leads }) => leads);
    const follower = instances.find(one => one !== leader);
    expect(follower?.leads).toBe(false);
    await leader?.kill();
    const killed = Date.now();
    await eventually(() => expect(follower?.leads).toBe(true), 10_000);
    expect(Date.now() - killed).toBeLessThan(5_000);
    await sleep(500);
    publishing = false;
    await writing;
    await publisher.sent();
    await consumer.settled(published * keys.length);
    for (const key of keys) expect(await consumer.effects(key)).toEqual(upTo(published));
  });
});
