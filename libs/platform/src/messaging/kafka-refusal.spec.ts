import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import { refusalIn } from './kafka-refusal.js';

const require = createRequire(import.meta.url);
type ErrorClass = new (message: Error | string, details?: object) => Error;
const kafkajs = require('kafkajs/src/errors') as Record<string, ErrorClass>;
const protocol = require('kafkajs/src/protocol/error') as {
  readonly errorCodes: readonly { readonly type: string; readonly code: number }[];
  createErrorFromCode(code: number): Error;
};
/** An error of kafkajs, by the end of its name. */
function failure(name: string, message: Error | string, details: object = {}): Error {
  const Failure = kafkajs[`KafkaJS${name}`];
  if (!Failure) throw new Error(`kafkajs has no error ${name}`);
  return new Failure(message, details);
}
// As the producer throws it when it gives up.
const givenUp = (answer: Error): Error =>
  failure('NumberOfRetriesExceeded', failure('NonRetriableError', answer, { cause: answer }), { retryCount: 3, retryTime: 1_000 });

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
      failure('ConnectionError', 'Connection error: ECONNREFUSED'),
      failure('ConnectionClosedError', 'Closed connection', { host: 'kafka', port: 9092 }),
      failure('RequestTimeoutError', 'Request Produce timed out'),
      failure('BrokerNotFound', 'Broker 1 not found in the cached metadata'),
      failure('MetadataNotLoaded', 'Producing to topic without metadata'),
      new Error('UNKNOWN_TOPIC_OR_PARTITION'),
      'MESSAGE_TOO_LARGE',
    ];
    for (const outage of outages) expect(refusalIn(outage instanceof Error ? givenUp(outage) : outage)).toBeUndefined();
  });
});
