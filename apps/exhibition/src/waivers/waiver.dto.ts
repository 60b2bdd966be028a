import { Instant, Int, listQuery, OneOf, QueryOneOf, Text, Uuid } from '@ciep/platform';
import { waiverStatuses, type WaiverStatus } from './waiver.rules.js';

export class IssueWaiverDto {
  @Uuid({ description: 'edition whose application deadline it waives' })
  editionId!: string;

  @Uuid({ optional: true, description: 'the only organisation that may use it; absent: whoever has the code' })
  organisationId?: string;

  @Text({ max: 1_000, lines: true, description: 'why the exception is made' })
  reason!: string;

  @Instant({ description: 'first instant at which it is of no use any more' })
  expiresAt!: Instant;
}

export class WaiverListQuery extends listQuery(['issuedAt', 'expiresAt']) {
  @Uuid({ optional: true, description: 'edition' })
  editionId?: string;

  @QueryOneOf(waiverStatuses, { description: 'states, separated by commas' })
  status?: WaiverStatus[];
}

export class WaiverDto {
  @Uuid({ description: 'id' })
  id!: string;

  @Int({ min: 1, description: 'version, the ETag' })
  version!: number;

  @Uuid({ description: 'edition' })
  editionId!: string;

  @Uuid({ nullable: true, description: 'the only organisation that may use it' })
  organisationId!: string | null;

  @Text({ max: 17, description: 'the code for the applicant', example: 'K7M2Q-9XWPA-3HTRZ' })
  code!: string;

  @Text({ max: 1_000, lines: true, description: 'why the exception is made' })
  reason!: string;

  @Text({ max: 100, description: 'account that issued it' })
  issuedBy!: string;

  @Instant({ description: 'issued' })
  issuedAt!: Instant;

  @Instant({ description: 'first instant at which it is of no use any more' })
  expiresAt!: Instant;

  @OneOf(waiverStatuses, { description: 'open, used or revoked' })
  status!: WaiverStatus;

  @Uuid({ nullable: true, description: 'the application it let in' })
  usedByApplicationId!: string | null;

  @Instant({ nullable: true, description: 'when it was used' })
  usedAt!: Instant | null;
}
