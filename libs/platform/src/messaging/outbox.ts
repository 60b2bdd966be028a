import { eventCatalogue } from '@ciep/contracts';
import { newId, type IntegrationEvent } from '@ciep/kernel';
import { currentContext } from '../context/request-context.js';
import { Database, type Tx } from '../database/database.js';

/** Largest event, in bytes of JSON. An event carries ids, not documents; Kafka's own limit is higher. */
const largestEvent = 256 * 1024;

/** The outbox rows of the events of one change. The statement that writes them adds the id and version of the aggregate. */
export function outboxRows(service: string, events: readonly IntegrationEvent[], now: Date) {
  const context = currentContext();
  return events.map((recorded, seq) => {
    const eventType = eventCatalogue.get(recorded.type);
    if (!eventType) throw new Error(`${recorded.type} is not in the catalogue of events`);
    const eventId = newId();
    const event = {
      specversion: '1.0',
      id: eventId,
      source: `/${service}`,
      type: recorded.type,
      time: now.toISOString(),
      datacontenttype: 'application/json',
      data: recorded.data,
      traceparent: context?.traceparent,
      correlationid: context?.correlationId ?? context?.requestId,
      causationid: context?.causationId,
    };
    if (Buffer.byteLength(JSON.stringify(event)) > largestEvent) throw new Error(`${recorded.type} is larger than ${largestEvent} bytes`);
    return { event_id: eventId, topic: eventType.topic, aggregate_type: eventType.aggregate, seq, type: recorded.type, event };
  });
}

/**
 * Records an event about something that is not an aggregate, in the open transaction. `subject` is the UUID that stands for it: each
 * subject has at most one event of a type, and its events keep their order. Aggregates record their events themselves.
 */
export async function recordEvent(database: Database, tx: Tx, subject: string, recorded: IntegrationEvent): Promise<void> {
  for (const { event, ...row } of outboxRows(database.service, [recorded], database.clock.now())) {
    await tx.query(
      `INSERT INTO outbox (event_id, topic, key, aggregate_type, aggregate_id, aggregate_version, seq, type, event)
       VALUES ($1, $2, $3::uuid::text, $4, $3, 1, $5, $6, $7)`,
      [row.event_id, row.topic, subject, row.aggregate_type, row.seq, row.type, { ...event, subject, aggregateversion: 1 }],
    );
  }
  Database.markEventsRecorded(tx);
}
