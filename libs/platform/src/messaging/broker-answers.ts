import { connect, isIP } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { brokerList, type KafkaAddress } from './kafka-client.js';

const within = 1_000;

/** Asks which requests the broker knows, the one question of Kafka that needs no introduction: length, kind 18, version, number, no client id. */
const anyQuestion = Buffer.from('0000000a0012000000000001ffff', 'hex');

/** Whether any of the brokers says anything: that an address takes connections is no sign behind a proxy or a lost network. */
export async function anyBrokerAnswers({ brokers, security }: KafkaAddress): Promise<boolean> {
  return (await Promise.all(brokerList(brokers).map(broker => answers(broker, security?.ssl)))).includes(true);
}

function answers(broker: string, ssl: object | undefined): Promise<boolean> {
  return new Promise(done => {
    const { hostname: host, port } = new URL(`kafka://${broker}`);
    const address = { host, port: Number(port || 9092), timeout: within };
    const socket = ssl ? connectSecurely({ ...(isIP(host) ? {} : { servername: host }), ...ssl, ...address }) : connect(address);
    const finish = (answer: boolean) => {
      socket.destroy();
      done(answer);
    };
    socket
      .once(ssl ? 'secureConnect' : 'connect', () => socket.write(anyQuestion))
      .once('data', () => finish(true))
      .once('end', () => finish(true))
      .once('error', (error: NodeJS.ErrnoException) => finish(isRefusal(error)))
      .once('timeout', () => finish(false));
  });
}

/** A handshake that fails is an answer, too; only the system's own errors say that nobody is there. */
const isRefusal = (error: NodeJS.ErrnoException): boolean => error.syscall === undefined && error.code !== 'ECONNRESET';
