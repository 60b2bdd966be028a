import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { missingForKafka, startKafka } from '../../../tools/kafka/kafka.js';

/** A Kafka that a test can stop and restart. */
export interface BreakableBroker {
  readonly brokers: string;
  takeAway(): Promise<void>;
  giveBack(): Promise<void>;
  close(): Promise<void>;
}

/**
 * A broker of the test's own, killed with -9 and restarted on the same data. On a machine that cannot run one, it cuts this process
 * off from the broker of KAFKA_BROKERS, which is the same for a client.
 */
export function breakableBroker(): Promise<BreakableBroker> {
  return missingForKafka().length === 0 ? killableBroker() : Promise.resolve(unreachableBroker(process.env['KAFKA_BROKERS'] ?? ''));
}

async function killableBroker(): Promise<BreakableBroker> {
  const dir = mkdtempSync(join(tmpdir(), 'ciep-broker-'));
  let broker = await startKafka({ dir });
  const { brokers, port } = broker;
  return {
    brokers,
    takeAway: () => broker.kill(),
    giveBack: async () => {
      broker = await startKafka({ dir, port });
    },
    close: async () => {
      await broker.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function unreachableBroker(brokers: string): BreakableBroker {
  const connect = net.connect;
  const sockets = new Set<net.Socket>();
  let away = false;
  // The only way for kafkajs to reach a broker.
  const cuttable = (options: net.NetConnectOpts, listener?: () => void) => {
    const socket = connect(away ? { host: '127.0.0.1', port: 1 } : options, listener);
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    return socket;
  };
  net.connect = cuttable as typeof net.connect;
  return {
    brokers,
    takeAway: () => {
      away = true;
      for (const socket of sockets) socket.destroy();
      return Promise.resolve();
    },
    giveBack: () => {
      away = false;
      return Promise.resolve();
    },
    close: () => {
      net.connect = connect;
      return Promise.resolve();
    },
  };
}
