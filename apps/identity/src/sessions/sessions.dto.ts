import type { LocalizedText } from '@ciep/kernel';
import { Flag, Instant, ListOf, Localized, Nested, QueryFlag, Text, Uuid } from '@ciep/platform';

export class SessionOrganisationDto {
  @Uuid({ description: 'id' })
  id!: string;

  @Localized({ max: 200, description: 'name' })
  name!: LocalizedText;
}

export class SessionAccessDto {
  @Text({ max: 100, description: 'id of the client' })
  clientId!: string;

  @Localized({ max: 200, description: 'its name' })
  clientName!: LocalizedText;

  @Nested(() => SessionOrganisationDto, { nullable: true, description: 'the organisation that it acts for in your name; null: none' })
  organisation!: SessionOrganisationDto | null;
}

export class SessionDto {
  @Uuid({ description: 'id of the session, to end it' })
  id!: string;

  @Instant({ description: 'when you logged in' })
  loggedInAt!: Instant;

  @Instant({ description: 'when it was last used to log in to a client or to renew a token' })
  lastSeenAt!: Instant;

  @Text({ max: 100, nullable: true, description: 'browser and system, as far as known', example: 'Firefox, Windows' })
  agent!: string | null;

  @Text({ max: 100, nullable: true, description: 'network address, of IPv6 the network; null if it is not known' })
  address!: string | null;

  @Flag({ description: 'whether the token of this request belongs to it' })
  isCurrent!: boolean;

  @ListOf(() => SessionAccessDto, { max: 1_000, description: 'the clients that act in your name by this session' })
  accesses!: SessionAccessDto[];
}

export class SessionsDto {
  @ListOf(() => SessionDto, { max: 200, description: 'where you are logged in, the last used first' })
  items!: SessionDto[];
}

export class EndSessionsQuery {
  @QueryFlag({ description: 'end the session of this request, too (false)' })
  includingCurrent?: boolean;
}
