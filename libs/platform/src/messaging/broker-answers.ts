import { connect, isIP } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { brokerList, type KafkaAddress } from './kafka-client.js';

const timeoutMs = 1_000;

/** An ApiVersions request (length, kind 18, version, number, no client id): brokers answer it before authentication. */
const apiVersionsRequest = Buffer.from('0000000a0012000000000001ffff', 'hex');

/** Whether any broker answers a request. An accepted connection alone proves nothing behind a proxy or across a lost network. */
export async function anyBrokerAnswers({ brokers, security }: KafkaAddress): Promise<boolean> {
  return (await Promise.all(brokerList(brokers).map(broker => answers(broker, security?.ssl)))).includes(true);
}

function answers(broker: string, ssl: object | undefined): Promise<boolean> {
  return new Promise(done => {
    const { hostname: host, port } = new URL(`kafka://${broker}`);
    const address = { host, port: Number(port || 9092), timeout: timeoutMs };
    const socket = ssl ? connectSecurely({ ...(isIP(host) ? {} : { servername: host }), ...ssl, ...address }) : connect(address);
    const finish = (answer: boolean) => {
      socket.destroy();
      done(answer);
    };
    socket
      .once(ssl ? 'secureConnect' : 'connect', () => socket.write(apiVersionsRequest))
      .once('data', () => finish(true))
      .once('end', () => finish(true))
      .once('error', (error: NodeJS.ErrnoException) => finish(isRefusal(error)))
      .once('timeout', () => finish(false));
  });
}

/** A failed handshake is an answer too; only errors of the system mean that no broker is there. */
const isRefusal = (error: NodeJS.ErrnoException): boolean => error.syscall === undefined && error.code !== 'ECONNRESET';
