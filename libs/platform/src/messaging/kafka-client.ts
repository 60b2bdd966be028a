import kafkajs, { type Kafka } from 'kafkajs';
import type { Log } from '../logging/log.js';
import type { KafkaSecurity } from './kafka-security-settings.js';
import { patchKafkajs } from './kafkajs-patch.js';

/** Retries of every Kafka request: about six seconds in total, with short pauses, so that clients notice a returning broker soon. */
export const retry = { initialRetryTime: 200, multiplier: 2, maxRetryTime: 2_000, factor: 0.2 };

/** Where Kafka is, and how the connection is protected. */
export interface KafkaAddress {
  /** host:port, several separated by commas (`KAFKA_BROKERS`). */
  readonly brokers: string;
  /** A plain connection when left out. */
  readonly security?: KafkaSecurity;
}

/** The addresses in a setting such as `KAFKA_BROKERS`: host:port separated by commas. */
export function brokerList(brokers: string): string[] {
  return brokers
    .split(',')
    .map(broker => broker.trim())
    .filter(broker => broker !== '');
}

/** A patched kafkajs client that logs through our log. */
export function kafkaClient({ brokers, security, clientId, log }: KafkaAddress & { clientId: string; log: Log }): Kafka {
  patchKafkajs();
  return new kafkajs.Kafka({
    brokers: brokerList(brokers),
    ...security,
    clientId,
    connectionTimeout: 3_000,
    requestTimeout: 10_000,
    retry: { ...retry, retries: 5 },
    logLevel: kafkajs.logLevel.WARN,
    // Most errors that kafkajs logs are attempts that it repeats; those that it gives up on reach our own code.
    logCreator:
      () =>
      ({ namespace, log: { message, error } }) =>
        log.debug({ kafka: namespace, cause: error as unknown }, message),
  });
}
