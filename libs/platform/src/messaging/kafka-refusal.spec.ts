import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import kafkajs from 'kafkajs';
import { refusalIn } from './kafka-refusal.js';

const require = createRequire(import.meta.url);
interface Protocol {
  readonly errorCodes: readonly { readonly type: string; readonly code: number }[];
  createErrorFromCode(code: number): Error;
}
const protocol = require('kafkajs/src/protocol/error') as Protocol;
// As the producer throws it when it gives up.
const givenUp = (answer: Error): Error =>
  new kafkajs.KafkaJSNumberOfRetriesExceeded(new kafkajs.KafkaJSNonRetriableError(answer, { cause: answer }), {
    retryCount: 3,
    retryTime: 1_000,
  });

describe(refusalIn, () => {
  it('knows the answers that are about the message or its topic, among all that a broker can give', () => {
    const refused = protocol.errorCodes.flatMap(({ type, code }) => {
      const refusal = refusalIn(givenUp(protocol.createErrorFromCode(code)));
      return refusal ? [[type, refusal.isWholeTopic]] : [];
    });
    expect(protocol.errorCodes.length).toBeGreaterThan(80);
    expect(Object.fromEntries(refused)).toEqual({
      UNKNOWN_TOPIC_OR_PARTITION: true,
      INVALID_TOPIC_EXCEPTION: true,
      MESSAGE_TOO_LARGE: false,
      RECORD_LIST_TOO_LARGE: false,
      INVALID_TIMESTAMP: false,
      INVALID_RECORD: false,
    });
  });

  it('takes nothing for a refusal that no broker has answered', () => {
    const outages = [
      new kafkajs.KafkaJSConnectionError('Connection error: ECONNREFUSED'),
      new kafkajs.KafkaJSConnectionClosedError('Closed connection', { host: 'kafka', port: 9092 }),
      new kafkajs.KafkaJSRequestTimeoutError('Request Produce timed out', {} as never),
      new kafkajs.KafkaJSBrokerNotFound('Broker 1 not found in the cached metadata'),
      new kafkajs.KafkaJSMetadataNotLoaded('Producing to topic without metadata'),
      new Error('UNKNOWN_TOPIC_OR_PARTITION'),
      'MESSAGE_TOO_LARGE',
    ];
    for (const outage of outages) expect(refusalIn(outage instanceof Error ? givenUp(outage) : outage)).toBeUndefined();
  });
});
