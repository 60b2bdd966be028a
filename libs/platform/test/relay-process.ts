// A relay as a separate process, for tests that kill one. It reports on standard output when it leads.
// node --conditions=@ciep/source --import ./tools/ts.mjs libs/platform/test/relay-process.ts <database> <mark of the topics> [die]
import { createLog, KafkaBus, MessageBus, Relay, type Message } from '@ciep/platform';
import { OwnTopics } from './own-topics.js';

/** Kills its process after the bus has accepted the messages, before the relay can mark them. */
class Deadly extends MessageBus {
  constructor(private readonly inner: MessageBus) {
    super();
  }

  override async publish(messages: readonly Message[]): Promise<void> {
    await this.inner.publish(messages);
    process.kill(process.pid, 'SIGKILL');
    // Nothing else may happen until the signal arrives.
    await new Promise(() => undefined);
  }

  override subscribe(): Promise<() => Promise<void>> {
    return Promise.reject(new Error('nobody subscribes here'));
  }

  override close(): Promise<void> {
    return this.inner.close();
  }
}

const [url = '', mark = '', die] = process.argv.slice(2);
const log = createLog('silent');
const kafka = new OwnTopics(new KafkaBus({ brokers: process.env['KAFKA_BROKERS'] ?? '', clientId: 'relay-process', log }), mark);
const bus = die === 'die' ? new Deadly(kafka) : kafka;
const relay = new Relay({ url, service: 'publisher', bus, log, onInboxDue: () => undefined });
relay.start();
let led = false;
setInterval(() => {
  if (relay.isLeader && !led) process.stdout.write('leads\n');
  led = relay.isLeader;
}, 20);
