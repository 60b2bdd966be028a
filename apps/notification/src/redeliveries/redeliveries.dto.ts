import { portalEvents } from '@ciep/contracts';
import { Flag, Instant, Int, OneOfList } from '@ciep/platform';
import { mostAtOnce } from './redelivery.entity.js';

const portalTypes = portalEvents.map(({ type }) => type);
const since = 'what was taken into the event feed at or after this instant';
const until = 'what was taken in before this instant';
const onlyFailed = 'only those whose delivery was given up';

export class RedeliverEventsDto {
  @Instant({ description: `${since}; at most ${mostAtOnce.days} days before \`until\`` })
  since!: Instant;

  @Instant({ optional: true, description: `${until} (now)` })
  until?: Instant;

  @OneOfList(portalTypes, { min: 1, optional: true, description: 'only these of the types to which the endpoint subscribes (all)' })
  eventTypes?: string[];

  @Flag({ optional: true, description: `${onlyFailed} (false)` })
  onlyFailed?: boolean;
}

export class RedeliveryDto {
  @Instant({ description: since })
  since!: Instant;

  @Instant({ description: until })
  until!: Instant;

  @OneOfList(portalTypes, { description: 'the types of event' })
  eventTypes!: readonly string[];

  @Flag({ description: onlyFailed })
  onlyFailed!: boolean;

  @Int({ max: mostAtOnce.events, description: 'how many events are sent again, in order; the list of deliveries shows how far it is' })
  events!: number;
}
