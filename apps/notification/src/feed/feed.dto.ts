import { portalEvents } from '@ciep/contracts';
import { Flag, Instant, Int, Json, ListOf, OneOf, QueryInt, QueryOneOf, Text, Uuid } from '@ciep/platform';

const portalTypes = portalEvents.map(({ type }) => type);

export class EventFeedQuery {
  @QueryInt({ min: 1, max: 200, description: 'how many events at most (50)' })
  limit?: number;

  @Text({
    max: 2_000,
    optional: true,
    description: 'the `nextCursor` of the answer before; without it the feed begins with the oldest event',
  })
  cursor?: string;

  @QueryOneOf(portalTypes, { description: 'one or more types of event' })
  type?: string[];

  @Instant({ optional: true, description: 'only events that were taken in at or after this instant' })
  since?: Instant;

  @Instant({ optional: true, description: 'only events that were taken in before this instant' })
  until?: Instant;
}

/** The attributes of `portalEventSchema`, as webhooks have them. */
export class EventDto {
  @OneOf(['1.0'], { description: 'version of CloudEvents' })
  specversion!: string;

  @Uuid({ description: 'id of the event, the `webhook-id` of its webhooks' })
  id!: string;

  @Text({ max: 100, description: 'the service that says it, `/exhibition`' })
  source!: string;

  @OneOf(portalTypes, { description: 'type of the event' })
  type!: string;

  @Text({ max: 100, description: 'id of what the event is about' })
  subject!: string;

  @Instant({ description: 'when it happened' })
  time!: Instant;

  @OneOf(['application/json'], { description: 'media type of `data`' })
  datacontenttype!: string;

  @Text({ max: 2_000, description: 'where the JSON Schema of `data` can be read' })
  dataschema!: string;

  @Int({ description: 'version of what the event is about, after the change; ignore an older one than you know' })
  aggregateversion!: number;

  @Text({ max: 200, optional: true, description: 'the same in everything that one request caused; quote it when you contact us' })
  correlationid?: string;

  @Text({ max: 200, optional: true, description: 'W3C trace context of the change' })
  traceparent?: string;

  @Json({ description: 'ids; read the rest over the API with your own rights' })
  data!: Record<string, unknown>;
}

export class EventFeedDto {
  @ListOf(() => EventDto, { max: 200, description: 'CloudEvents, in the order in which they were taken in' })
  items!: EventDto[];

  @Text({ max: 2_000, description: 'pass it as `cursor` next time, also after an empty page' })
  nextCursor!: string;

  @Flag({ description: 'whether there are more events now' })
  hasMore!: boolean;
}
