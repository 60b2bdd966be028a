import { describe, expect, it } from '@jest/globals';
import type { KafkaMessage } from 'kafkajs';
import { fromKafka, unreadableType } from './kafka-message.js';

describe(fromKafka, () => {
  it.each(['9223372036854775807', '-62135596800001', 'none'])('reads a message of the time %s', timestamp => {
    const message = { key: null, value: null, timestamp, offset: '1', attributes: 0, headers: {} } satisfies KafkaMessage;
    expect(fromKafka({ topic: 'test', partition: 0 }, message).event).toMatchObject({
      type: unreadableType,
      time: '1970-01-01T00:00:00.000Z',
    });
  });
});
