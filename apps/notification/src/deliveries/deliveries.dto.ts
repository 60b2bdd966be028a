import { portalEvents } from '@ciep/contracts';
import { Instant, Int, ListOf, listQuery, OneOf, QueryOneOf, Text, Uuid } from '@ciep/platform';

export const deliveryStatuses = ['waiting', 'delivered', 'failed'] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];
export const deliveryKinds = ['event', 'ping'] as const;
export type DeliveryKind = (typeof deliveryKinds)[number];

export class DeliveryListQuery extends listQuery(['createdAt', 'updatedAt']) {
  @QueryOneOf(deliveryStatuses, { description: 'one or more states' })
  status?: DeliveryStatus[];

  @QueryOneOf(portalEvents.map(({ type }) => type), { description: 'one or more types of event' })
  eventType?: string[];

  @QueryOneOf(deliveryKinds, { description: 'events or test pings' })
  kind?: DeliveryKind[];

  @Uuid({ optional: true, description: 'id of the event, the `webhook-id` of the request' })
  eventId?: string;
}

export class DeliveryDto {
  @Uuid({ description: 'id of the delivery' })
  id!: string;

  @Uuid({ description: 'the `webhook-id`, the same in every attempt' })
  eventId!: string;

  @Text({ max: 200, description: 'type of the event' })
  eventType!: string;

  @Text({ max: 100, description: 'id of what the event is about' })
  subject!: string;

  @OneOf(deliveryKinds, { description: 'an event, or a test ping, which is tried once' })
  kind!: DeliveryKind;

  @OneOf(deliveryStatuses, { description: '`failed`: given up, may be redelivered' })
  status!: DeliveryStatus;

  @Int({ description: 'attempts since it was due first, or since the last redelivery' })
  attempts!: number;

  @Instant({ nullable: true, description: 'when the next attempt is due' })
  dueAt!: Instant | null;

  @Int({ nullable: true, description: 'HTTP status of the last answer' })
  responseStatus!: number | null;

  @Int({ nullable: true, description: 'how long the last attempt took, in milliseconds' })
  latencyMs!: number | null;

  @Text({ max: 100, nullable: true, description: 'why the last attempt got no answer' })
  failure!: string | null;

  @Instant({ nullable: true, description: 'when it was delivered' })
  deliveredAt!: Instant | null;

  @Instant({ description: 'when it was written' })
  createdAt!: Instant;

  @Instant({ description: 'when it was changed last' })
  updatedAt!: Instant;
}

export class DeliveryAttemptDto {
  @Instant({ description: 'when it was made' })
  at!: Instant;

  @Int({ nullable: true, description: 'HTTP status of the answer' })
  responseStatus!: number | null;

  @Int({ description: 'how long it took, in milliseconds' })
  latencyMs!: number;

  @Text({ max: 100, nullable: true, description: 'why there was no answer' })
  failure!: string | null;
}

export class DeliveryWithAttemptsDto extends DeliveryDto {
  @ListOf(() => DeliveryAttemptDto, { max: 100, description: 'the last hundred attempts, the latest first' })
  attemptLog!: DeliveryAttemptDto[];
}
