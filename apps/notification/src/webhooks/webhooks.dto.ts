import { portalEvents } from '@ciep/contracts';
import { Instant, Int, ListOf, listQuery, OneOf, OneOfList, QueryOneOf, Text, Uuid } from '@ciep/platform';
import { audiences, type Audience } from './webhook-audience.rules.js';
import { disablers, webhookStatuses, type Disabler, type WebhookStatus } from './webhook.entity.js';

const url = 'https address on port 443 or 8443 that is public; events are sent to it by POST';
const description = "the owner's own words for it";
const portalTypes = portalEvents.map(({ type }) => type);
const eventTypes = 'the types of event that are sent';

export class CreateWebhookDto {
  @Text({ max: 2_000, description: url, example: 'https://portal.example/ciep' })
  url!: string;

  @Text({ max: 200, min: 0, optional: true, description })
  description?: string;

  @OneOfList(portalTypes, { min: 1, description: eventTypes })
  eventTypes!: string[];
}

export class ChangeWebhookDto {
  @Text({ max: 2_000, optional: true, description: url })
  url?: string;

  @Text({ max: 200, min: 0, optional: true, description })
  description?: string;

  @OneOfList(portalTypes, { min: 1, optional: true, description: eventTypes })
  eventTypes?: string[];
}

export class WebhookListQuery extends listQuery(['updatedAt', 'createdAt']) {
  @QueryOneOf(webhookStatuses, { description: 'one or more states' })
  status?: WebhookStatus[];
}

export class WebhookDto {
  @Uuid({ description: 'id of the endpoint' })
  id!: string;

  @Int({ min: 1, description: 'moves with every change; the ETag' })
  version!: number;

  @Text({ max: 2_000, description: url })
  url!: string;

  @Text({ max: 200, min: 0, description })
  description!: string;

  @OneOfList(portalTypes, { min: 1, description: eventTypes })
  eventTypes!: string[];

  @OneOf(audiences, { description: 'whose events it receives: all, those of one region, or those of its own applications' })
  audience!: Audience;

  @Text({ max: 6, nullable: true, description: 'code of the region, where the audience is a region' })
  regionCode!: string | null;

  @OneOf(webhookStatuses, { description: 'a disabled endpoint receives nothing, and what happens meanwhile is not kept for it' })
  status!: WebhookStatus;

  @OneOf(disablers, { nullable: true, description: 'who disabled it: its owner, its own answer 410, or ten failed attempts' })
  disabledBy!: Disabler | null;

  @Instant({ nullable: true, description: 'until when the secret before the present one signs too' })
  previousSecretUntil!: Instant | null;

  @Instant({ description: 'when it was created' })
  createdAt!: Instant;

  @Instant({ description: 'when it was changed last' })
  updatedAt!: Instant;
}

export class WebhookWithSecretDto extends WebhookDto {
  @Text({
    max: 100,
    optional: true,
    description: 'signing secret of Standard Webhooks; shown this once, and absent when the request is repeated',
  })
  secret?: string;
}

export class EventTypeDto {
  @OneOf(portalTypes, { description: 'as `eventTypes` names it' })
  type!: string;

  @Text({ max: 300, description: 'when it is published' })
  meaning!: string;
}

export class EventTypesDto {
  @ListOf(() => EventTypeDto, { max: 100, description: 'every type an endpoint can ask for' })
  items!: EventTypeDto[];
}
