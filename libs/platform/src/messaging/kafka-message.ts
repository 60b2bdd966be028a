import { createHash } from 'node:crypto';
import { isInstant } from '@ciep/kernel';
import type { IHeaders, KafkaMessage, Message as RawMessage } from 'kafkajs';
import { isStorable } from '../database/storable.js';
import type { CloudEvent, Message } from './message-bus.js';

const required = ['specversion', 'id', 'source', 'type', 'subject', 'time', 'aggregateversion'] as const;
const optional = ['traceparent', 'correlationid', 'causationid'] as const;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The type given to a message that is not one of our CloudEvents; no reaction knows it, so every inbox dead-letters it. */
export const unreadableType = 'ciep.platform.message.unreadable.v1';

/** The partition of a message. */
export interface Place {
  readonly topic: string;
  readonly partition: number;
}

/** Writes an event in the CloudEvents binary mode for Kafka: attributes as `ce_` headers, and the data as JSON value. */
export function toKafka({ key, event }: Message): RawMessage {
  const headers: IHeaders = { 'content-type': event.datacontenttype };
  for (const name of [...required, ...optional]) {
    const value = event[name];
    if (value !== undefined) headers[`ce_${name}`] = String(value);
  }
  return { key, value: JSON.stringify(event.data), headers };
}

/**
 * Reads a message from any producer and ignores unknown headers. Never throws, because an unreadable message would block its
 * partition for ever: a message that is not a CloudEvent, or that PostgreSQL cannot store, becomes an event of `unreadableType`.
 */
export function fromKafka(place: Place, message: KafkaMessage): Message {
  const key = message.key?.toString();
  try {
    const event = readEvent(message);
    return { id: event.id, topic: place.topic, key: key ?? event.subject, event };
  } catch (error) {
    return unreadable(place, message, error);
  }
}

function readEvent({ headers = {}, value }: KafkaMessage): CloudEvent {
  const attributes = new Map([...required, ...optional].map(name => [name, headers[`ce_${name}`]?.toString()]));
  const missing = required.filter(name => !attributes.get(name));
  if (missing.length > 0) throw new Error(`no CloudEvent: ${missing.map(name => `ce_${name}`).join(', ')} missing`);
  const of = (name: (typeof required)[number]) => attributes.get(name) ?? '';
  if (of('specversion') !== '1.0') throw new Error(`CloudEvents version ${of('specversion')} is not known`);
  if (!uuid.test(of('id'))) throw new Error('ce_id is no UUID');
  const aggregateversion = Number(of('aggregateversion'));
  if (!Number.isSafeInteger(aggregateversion)) throw new Error('ce_aggregateversion is no integer');

  const event: CloudEvent = {
    specversion: '1.0',
    id: of('id'),
    source: of('source'),
    type: of('type'),
    subject: of('subject'),
    time: of('time'),
    datacontenttype: 'application/json',
    data: JSON.parse(value?.toString() ?? 'null') as unknown,
    aggregateversion,
    ...(Object.fromEntries(optional.map(name => [name, attributes.get(name)]).filter(([, text]) => text !== undefined)) as object),
  };
  if (!isStorable(event)) throw new Error('a text in it holds NUL or half a character, which PostgreSQL cannot keep');
  return event;
}

function unreadable({ topic, partition }: Place, { offset, timestamp, key, value }: KafkaMessage, reason: unknown): Message {
  // A message that is read twice must get the same id.
  const hex = createHash('sha256').update(`${topic}/${partition}/${offset}/${timestamp}`).digest('hex');
  const id = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  const sentAt = new Date(Number(timestamp));
  const subject = printable(key) || `${topic}/${partition}`;
  const event: CloudEvent = {
    specversion: '1.0',
    id,
    source: '/platform',
    type: unreadableType,
    subject,
    time: (isInstant(sentAt) ? sentAt : new Date(0)).toISOString(),
    datacontenttype: 'application/json',
    data: { reason: reason instanceof Error ? reason.message : String(reason), topic, partition, offset, value: printable(value) },
    aggregateversion: 0,
  };
  return { id, topic, key: subject, event };
}

function printable(bytes: Buffer | null): string {
  return (bytes?.toString() ?? '').replaceAll('\0', '\uFFFD').slice(0, 2_000).toWellFormed();
}
