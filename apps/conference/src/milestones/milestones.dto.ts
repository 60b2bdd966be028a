import { type MilestoneKind, milestoneKinds } from '@ciep/contracts';
import type { LocalizedText } from '@ciep/kernel';
import { Instant, Int, ListOf, listQuery, LocalizedAnswer, OneOf, QueryOneOf, Uuid } from '@ciep/platform';

const at = 'of a deadline or an end the first instant that is too late, of a start the instant itself';

export class SetMilestoneDto {
  @Uuid({ description: 'the edition' })
  editionId!: string;

  @OneOf(milestoneKinds, { description: 'what happens then' })
  kind!: MilestoneKind;

  @Instant({ description: at, example: '2027-03-25T00:00:00+08:00' })
  at!: Instant;
}

export class MoveMilestoneDto {
  @Instant({ description: at, example: '2027-04-01T00:00:00+08:00' })
  at!: Instant;
}

export class MilestoneDto {
  @Uuid({ description: 'id' })
  id!: string;

  @Int({ min: 1, description: 'version, for `If-Match`' })
  version!: number;

  @Uuid({ description: 'the edition' })
  editionId!: string;

  @OneOf(milestoneKinds, { description: 'what happens then' })
  kind!: MilestoneKind;

  @Instant({ description: at })
  at!: Instant;

  @Instant({ description: 'when it was changed last' })
  updatedAt!: Instant;
}

export class MilestoneListQuery extends listQuery(['at', 'updatedAt']) {
  @QueryOneOf(milestoneKinds, { description: 'only these kinds' })
  kind?: MilestoneKind[];
}

export class MilestoneKindDto {
  @OneOf(milestoneKinds, { description: 'code' })
  code!: MilestoneKind;

  @LocalizedAnswer({ description: 'name in both languages, or in the one asked for by ?lang=' })
  name!: LocalizedText;
}

export class MilestoneKindsDto {
  @ListOf(() => MilestoneKindDto, { max: 100, description: 'the kinds of milestones, in the order of the year' })
  items!: MilestoneKindDto[];
}
