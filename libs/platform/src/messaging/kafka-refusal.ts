import { MessageRefused } from './message-bus.js';

/** Answers of brokers to a batch with a message that they will never accept. */
const ofMessage = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD', 'INVALID_TIMESTAMP']);
/** Answers to every message of a topic. A missing permission is not among them: it is no fault of the events. */
const ofTopic = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'INVALID_TOPIC_EXCEPTION']);

/** kafkajs wraps an answer once for its retries and once when it gives up. */
const deepest = 5;

/**
 * The refusal behind an error of kafkajs; undefined for anything that may be an outage. Only an answer of a broker is a refusal,
 * never a connection error, a time-out or an election.
 */
export function refusalIn(error: unknown): MessageRefused | undefined {
  let inner = error;
  for (let depth = 0; depth < deepest && inner instanceof Error; depth += 1) {
    const type = 'type' in inner && typeof inner.type === 'string' ? inner.type : '';
    if (ofMessage.has(type) || ofTopic.has(type))
      return new MessageRefused(`${type}: ${inner.message}`, ofTopic.has(type), { cause: error });
    inner = inner.cause;
  }
  return undefined;
}
