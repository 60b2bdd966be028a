import { areaTypes, boothTypes, type AreaType, type BoothType } from '@ciep/contracts';
import { languages, type Language, type LocalizedText } from '@ciep/kernel';
import {
  CalendarDate,
  Flag,
  Instant,
  Int,
  ListOf,
  listQuery,
  Localized,
  LocalizedAnswer,
  Nested,
  OneOf,
  QueryFlag,
  QueryOneOf,
  QueryTexts,
  QueryUuids,
  TableQuery,
  Text,
  TextList,
  Uuid,
} from '@ciep/platform';
import { IntersectionType } from '@nestjs/swagger';
import { ContactDto, ExhibitDto } from './application-form.dto.js';
import {
  timelineSteps,
  applicationStatuses,
  exhibitorKinds,
  type TimelineStep,
  type ApplicationStatus,
  type ExhibitorKind,
  type Side,
} from './application.rules.js';

/** Filters. The caller always sees only its own share. */
export class ApplicationFilterQuery {
  @Uuid({ optional: true, description: 'edition' })
  editionId?: string;

  @QueryOneOf(applicationStatuses, { description: 'states, separated by commas' })
  status?: ApplicationStatus[];

  @QueryUuids({ description: 'boards, separated by commas' })
  boardId?: string[];

  @QueryTexts({ maxLength: 6, description: 'region codes, separated by commas' })
  regionCode?: string[];

  @QueryOneOf(areaTypes, { description: 'kinds of area, separated by commas' })
  areaType?: AreaType[];

  @QueryOneOf(exhibitorKinds, { description: 'kinds of exhibitor, separated by commas' })
  exhibitorKind?: ExhibitorKind[];

  @QueryFlag({ description: 'handed in after the deadline, by a waiver' })
  late?: boolean;

  @QueryFlag({ description: 'endorsed by the region or by override' })
  endorsed?: boolean;

  @QueryFlag({ description: 'invoice fully paid' })
  paid?: boolean;

  @QueryFlag({ description: 'seal on the agreement verified' })
  sealVerified?: boolean;

  @Uuid({ optional: true, description: 'applying organisation' })
  organisationId?: string;

  @Text({ max: 100, optional: true, description: 'reference in the system of the applicant' })
  externalRef?: string;

  @Text({ max: 100, optional: true, description: 'part of the fascia name (Chinese or English) or of the number' })
  q?: string;
}

export class ApplicationListQuery extends IntersectionType(
  listQuery(['updatedAt', 'createdAt', 'number', 'board', 'status']),
  ApplicationFilterQuery,
) {
  @OneOf(languages, { optional: true, description: 'flattens text in two languages to this one' })
  lang?: Language;
}

export class ApplicationTableQuery extends IntersectionType(ApplicationFilterQuery, TableQuery) {}

export class ApplicationSummaryDto {
  @Uuid({ description: 'id' })
  id!: string;

  @Int({ min: 1, description: 'version, the ETag' })
  version!: number;

  @Text({ max: 40, nullable: true, description: 'number within the edition, given at the first submission', example: '21-000123' })
  number!: string | null;

  @Uuid({ description: 'edition' })
  editionId!: string;

  @Uuid({ description: 'applying organisation' })
  organisationId!: string;

  @LocalizedAnswer({ nullable: true, description: 'legal name of the organisation, in both languages or in the one asked for by ?lang=' })
  organisationName!: LocalizedText | null;

  @Text({ max: 40, nullable: true, description: 'kind of the organisation, a code of the list of organisation kinds' })
  organisationKind!: string | null;

  @Text({ max: 18, nullable: true, description: 'unified social credit code; null for a foreign organisation' })
  creditCode!: string | null;

  @Text({ max: 200, nullable: true, description: 'register and number of a foreign organisation', example: 'LEI 5493001KJTIIGC8Y1R12' })
  registerNumber!: string | null;

  @Uuid({ description: 'board' })
  boardId!: string;

  @Text({ max: 40, description: 'place of the board in the venue tree', example: '1.2.4' })
  boardCode!: string;

  @LocalizedAnswer({ description: 'name of the board, in both languages or in the one asked for by ?lang=' })
  boardName!: LocalizedText;

  @OneOf(applicationStatuses, { description: 'state' })
  status!: ApplicationStatus;

  @OneOf(areaTypes, { nullable: true, description: 'kind of area' })
  areaType!: AreaType | null;

  @Text({ max: 6, nullable: true, description: 'code of the region' })
  regionCode!: string | null;

  @OneOf(exhibitorKinds, { nullable: true, description: 'kind of exhibitor' })
  exhibitorKind!: ExhibitorKind | null;

  @LocalizedAnswer({ nullable: true, description: 'name on the fascia, in both languages or in the one asked for by ?lang=' })
  fasciaName!: LocalizedText | null;

  @Text({ max: 100, nullable: true, description: 'reference in the system of the applicant' })
  externalRef!: string | null;

  @OneOf(['region', 'override'], { nullable: true, description: 'who endorsed it: its region, or the organizer in place of it' })
  endorsement!: 'region' | 'override' | null;

  @Flag({ description: 'handed in after the deadline, by a waiver' })
  isLate!: boolean;

  @Instant({ nullable: true, description: 'last submission' })
  submittedAt!: Instant | null;

  @Text({ max: 20, nullable: true, description: 'number of the booth that it holds' })
  boothNumber!: string | null;

  @CalendarDate({ nullable: true, description: 'last day to pay (in China)' })
  payBy!: string | null;

  @Flag({ description: 'invoice fully paid' })
  isPaid!: boolean;

  @Flag({ description: 'seal on the agreement verified' })
  isSealVerified!: boolean;

  @Instant({ description: 'created' })
  createdAt!: Instant;

  @Instant({ description: 'last change' })
  updatedAt!: Instant;
}

export class CorrectionDto {
  @Text({
    max: 200,
    pattern: /^(\/[A-Za-z0-9]+)*$/,
    description: 'JSON pointer to the field of the application',
    example: '/exhibits/0/description',
  })
  pointer!: string;

  @Text({ max: 1_000, lines: true, description: 'what is wrong with it' })
  text!: string;
}

export class AllocatedBoothDto {
  @Uuid({ description: 'allocation' })
  allocationId!: string;

  @Uuid({ description: 'booth' })
  boothId!: string;

  @Text({ max: 20, description: 'number of the booth' })
  boothNumber!: string;

  @OneOf(boothTypes, { description: 'type' })
  boothType!: BoothType;

  @Int({ description: 'area in square decimetres' })
  areaDm2!: number;
}

export class TimelineEntryDto {
  @Instant({ description: 'when' })
  at!: Instant;

  @OneOf(timelineSteps, { description: 'what happened' })
  what!: TimelineStep;

  @OneOf(['applicant', 'partner', 'organizer', 'system'], { description: 'by whom' })
  by!: Side;

  @OneOf(applicationStatuses, { description: 'state afterwards' })
  status!: ApplicationStatus;
}

/** One application with everything that its applicant may see. */
export class ApplicationDto extends ApplicationSummaryDto {
  @ListOf(() => ExhibitDto, { max: 50, description: 'what will be shown' })
  exhibits!: ExhibitDto[];

  @Nested(() => ContactDto, { nullable: true, description: 'whom to ask' })
  contact!: ContactDto | null;

  @OneOf(boothTypes, { nullable: true, description: 'wished type of booth' })
  wishedBoothType!: BoothType | null;

  @Int({ nullable: true, description: 'wished area in square decimetres' })
  wishedAreaDm2!: number | null;

  @Instant({ nullable: true, description: 'until when a correction may be handed in' })
  correctBy!: Instant | null;

  @ListOf(() => CorrectionDto, { max: 50, description: 'what has to be corrected' })
  corrections!: CorrectionDto[];

  @Text({ max: 2_000, lines: true, nullable: true, description: 'why it was rejected' })
  rejectionReason!: string | null;

  @OneOf(['overdue', 'organizer'], { nullable: true, description: 'why the booth was taken back' })
  releaseReason!: 'overdue' | 'organizer' | null;

  @Text({ max: 2_000, lines: true, nullable: true, description: 'what the organizer says about the release' })
  releaseNote!: string | null;

  @Nested(() => AllocatedBoothDto, { nullable: true, description: 'the booth it holds, or held last' })
  booth!: AllocatedBoothDto | null;

  @ListOf(() => TimelineEntryDto, { max: 1_000, description: 'its story so far, oldest first' })
  timeline!: TimelineEntryDto[];

  @TextList({ max: 20, maxLength: 40, description: 'what you may do with it now', example: ['withdraw'] })
  allowedActions!: string[];
}

export class StatusCountsDto implements Record<ApplicationStatus, number> {
  @Int({ description: 'how many are draft' })
  draft!: number;

  @Int({ description: 'how many are submitted' })
  submitted!: number;

  @Int({ description: 'how many are returned' })
  returned!: number;

  @Int({ description: 'how many are approved' })
  approved!: number;

  @Int({ description: 'how many are confirmed' })
  confirmed!: number;

  @Int({ description: 'how many are rejected' })
  rejected!: number;

  @Int({ description: 'how many are withdrawn' })
  withdrawn!: number;

  @Int({ description: 'how many are released' })
  released!: number;
}

export class ApplicationCountsDto {
  @Int({ description: 'all that fit' })
  total!: number;

  @Nested(() => StatusCountsDto, { description: 'by state' })
  byStatus!: StatusCountsDto;
}

export class SubmitApplicationDto {
  @Text({
    max: 40,
    optional: true,
    description: 'one-use waiver code of the Shenzhen working group, after the deadline',
    example: 'K7M2Q-9XWPA-3HTRZ',
  })
  waiverCode?: string;
}

export class MissingFieldDto {
  @Text({ max: 200, description: 'JSON pointer to the field' })
  pointer!: string;

  @Text({ max: 40, description: 'code, the same for ever' })
  code!: string;

  @Localized({ max: 1_000, description: 'in both languages' })
  detail!: LocalizedText;
}

export class SelfCheckDto {
  @Flag({ description: 'whether nothing is missing' })
  isComplete!: boolean;

  @ListOf(() => MissingFieldDto, { max: 100, description: 'everything that is missing or does not fit' })
  missing!: MissingFieldDto[];

  @Flag({ description: 'whether the organisation is activated, without which nothing is handed in' })
  isActivated!: boolean;

  @Instant({ description: 'first instant that is too late' })
  deadline!: Instant;

  @Flag({ description: 'whether a waiver would be needed now' })
  needsWaiver!: boolean;
}
