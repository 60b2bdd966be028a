import { regionCodes, roles, type Role } from '@ciep/contracts';
import type { LocalizedText } from '@ciep/kernel';
import { Flag, Instant, Int, listQuery, Localized, OneOf, OneOfList, QueryOneOf, Text, TextList, Uuid } from '@ciep/platform';
import { authMethods } from './client.entity.js';

export class ClientDto {
  @Uuid({ description: 'id' })
  id!: string;

  @Int({ min: 1, description: 'counts the changes; the ETag' })
  version!: number;

  @OneOf(['active', 'disabled'], { description: 'a disabled client gets no tokens' })
  status!: 'active' | 'disabled';

  @Text({ max: 100, description: 'the client_id of OAuth' })
  clientId!: string;

  @Localized({ max: 200, description: 'name' })
  name!: LocalizedText;

  @Flag({ description: 'one of the platform itself: skips the consent page' })
  firstParty!: boolean;

  @OneOf(authMethods, { description: 'how it proves itself at the token endpoint' })
  authMethod!: string;

  @TextList({ max: 10, maxLength: 100, description: 'OAuth grant types' })
  grantTypes!: string[];

  @TextList({ max: 20, maxLength: 2_000, description: 'where people are sent back to' })
  redirectUris!: string[];

  @TextList({ max: 100, maxLength: 100, description: 'scopes it may ask for' })
  apiScopes!: string[];

  @Uuid({ nullable: true, description: 'the organisation it acts for' })
  organisationId!: string | null;

  @OneOf(regionCodes, { nullable: true, description: 'the one region it is bound to' })
  regionCode!: string | null;

  @OneOfList(roles, { description: 'roles it has when it acts for itself' })
  roles!: Role[];

  @Int({ description: 'secrets that work now' })
  liveSecrets!: number;

  @Instant({ nullable: true, description: 'when a secret was last used, to the minute' })
  lastUsedAt!: Instant | null;

  @Instant({ description: 'when it was last changed' })
  updatedAt!: Instant;
}

export class ListClientsQuery extends listQuery(['clientId', 'updatedAt']) {
  @QueryOneOf(regionCodes, { description: 'codes of regional units' })
  regionCode?: string[];

  @Text({ max: 100, optional: true, description: 'part of the client id or the name' })
  q?: string;
}

export class RotateSecretDto {
  @Int({ min: 0, max: 720, description: 'hours for which the old secrets work on' })
  overlapHours!: number;
}

export class NewSecretDto {
  @Text({ max: 100, description: 'the new secret; shown only now' })
  secret!: string;

  @Instant({ description: 'when the old secrets stop working' })
  oldUntil!: Instant;
}
