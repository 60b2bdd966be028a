import { Instant, Int, ListOf, ListQuery, OneOf, QueryOneOf, Text, Uuid } from '@ciep/platform';
import { toldTypes } from '../webhooks/webhook-events.rules.js';

export const deliveryStatuses = ['waiting', 'delivered', 'failed'] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];
export const deliveryKinds = ['fact', 'ping'] as const;
export type DeliveryKind = (typeof deliveryKinds)[number];

export class DeliveryListQuery extends ListQuery {
  @QueryOneOf(deliveryStatuses, { description: 'one or more states' })
  status?: DeliveryStatus[];

  @QueryOneOf(toldTypes, { description: 'one or more types of fact' })
  eventType?: string[];

  @QueryOneOf(deliveryKinds, { description: 'facts or test pings' })
  kind?: DeliveryKind[];

  @Uuid({ optional: true, description: 'id of the fact, the `webhook-id` of the request' })
  eventId?: string;
}

export class DeliveryDto {
  @Uuid({ description: 'id of the delivery' })
  id!: string;

  @Uuid({ description: 'the `webhook-id`, the same in every attempt' })
  eventId!: string;

  @Text({ max: 200, description: 'type of the fact' })
  eventType!: string;

  @Text({ max: 100, description: 'id of what the fact is about' })
  subject!: string;

  @OneOf(deliveryKinds, { description: 'a fact, or a test ping, which is tried once' })
  kind!: DeliveryKind;

  @OneOf(deliveryStatuses, { description: '`failed`: given up, may be redelivered' })
  status!: DeliveryStatus;

  @Int({ description: 'attempts since it was due first, or since the last redelivery' })
  attempts!: number;

  @Instant({ nullable: true, description: 'when the next attempt is due' })
  dueAt!: Date | null;

  @Int({ nullable: true, description: 'HTTP status of the last answer' })
  responseStatus!: number | null;

  @Int({ nullable: true, description: 'how long the last attempt took, in milliseconds' })
  latencyMs!: number | null;

  @Text({ max: 100, nullable: true, description: 'why the last attempt got no answer' })
  failure!: string | null;

  @Instant({ nullable: true, description: 'when it was delivered' })
  deliveredAt!: Date | null;

  @Instant({ description: 'when it was written' })
  createdAt!: Date;

  @Instant({ description: 'when it was changed last' })
  updatedAt!: Date;
}

export class DeliveryAttemptDto {
  @Instant({ description: 'when it was made' })
  at!: Date;

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
