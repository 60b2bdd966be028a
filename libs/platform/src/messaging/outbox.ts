import { factTypes } from '@ciep/contracts';
import { newId, type Fact } from '@ciep/kernel';
import { currentContext } from '../context/request-context.js';

/** Largest fact, in bytes of JSON: Kafka would refuse far larger ones, and a fact carries ids, not documents. */
const largestFact = 256 * 1024;

/** The outbox rows of the facts that one change recorded; the statement that writes them adds id and version of the aggregate. */
export function outboxRows(service: string, facts: readonly Fact[], now: Date) {
  const context = currentContext();
  return facts.map((fact, seq) => {
    const factType = factTypes.get(fact.type);
    if (!factType) throw new Error(`${fact.type} is not in the catalogue of facts`);
    const eventId = newId();
    const event = {
      specversion: '1.0',
      id: eventId,
      source: `/${service}`,
      type: fact.type,
      time: now.toISOString(),
      datacontenttype: 'application/json',
      data: fact.data,
      traceparent: context?.traceparent,
      correlationid: context?.correlationId ?? context?.requestId,
      causationid: context?.causationId,
    };
    if (Buffer.byteLength(JSON.stringify(event)) > largestFact) throw new Error(`${fact.type} is larger than ${largestFact} bytes`);
    return { event_id: eventId, topic: factType.topic, aggregate_type: factType.aggregate, seq, type: fact.type, event };
  });
}
