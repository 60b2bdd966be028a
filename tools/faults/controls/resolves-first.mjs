// Loaded before a service (--import): it commits a batch's offsets to Kafka, waits a moment, and only then stores the batch.
import { setTimeout as sleep } from 'node:timers/promises';
import { KafkaConsumer } from '../../../libs/platform/dist/messaging/kafka-consumer.js';

const { eachBatch } = KafkaConsumer.prototype;
KafkaConsumer.prototype.eachBatch = async function (turn) {
  for (const { offset } of turn.batch.messages) turn.resolveOffset(offset);
  await turn.commitOffsetsIfNecessary(turn.uncommittedOffsets());
  await sleep(1_000);
  return eachBatch.call(this, turn);
};
