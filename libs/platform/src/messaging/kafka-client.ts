import kafkajs, { type Kafka } from 'kafkajs';
import type { Log } from '../logging/log.js';
import type { KafkaSecurity } from './kafka-security-settings.js';
import { patchKafkajs } from './kafkajs-patch.js';

/** Retries of every Kafka request: about six seconds in all, never long pauses, so that a returning broker is noticed soon. */
export const retry = { initialRetryTime: 200, multiplier: 2, maxRetryTime: 2_000, factor: 0.2 };

/** Where Kafka is, and how it is spoken to. */
export interface KafkaAddress {
  /** host:port, several separated by commas (`KAFKA_BROKERS`). */
  readonly brokers: string;
  /** Not given: a plain connection. */
  readonly security?: KafkaSecurity;
}

/** The addresses in a setting such as `KAFKA_BROKERS`: host:port separated by commas. */
export function brokerList(brokers: string): string[] {
  return brokers
    .split(',')
    .map(broker => broker.trim())
    .filter(broker => broker !== '');
}

/** A kafkajs client, patched, with its log lines in ours. */
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
    // What kafkajs calls an error is mostly an attempt that it repeats; what it gives up reaches our own code.
    logCreator:
      () =>
      ({ namespace, log: { message, error } }) =>
        log.debug({ kafka: namespace, cause: error as unknown }, message),
  });
}
