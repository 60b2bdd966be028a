import { MessageRefused } from './message-bus.js';

/** What brokers answer to a batch with a message that they will never take. */
const ofMessage = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD', 'INVALID_TIMESTAMP']);
/** What they answer to every message of a topic. A missing right is not among them: it is nothing that the facts could help. */
const ofTopic = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'INVALID_TOPIC_EXCEPTION']);

/** Deep enough for kafkajs, which wraps an answer once for the retries and once for giving up. */
const deepest = 5;

/**
 * The refusal that an error of kafkajs stands for; undefined for everything that may be an outage. A refusal is always a
 * broker's own answer: no connection error, time-out or election is one.
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
