import { languages, type Language } from '@ciep/kernel';
import { boothTypes, feeUnits, type BoothType, type FeeUnit } from '@ciep/contracts';
import {
  Instant,
  Int,
  ListOf,
  listQuery,
  Localized,
  LocalizedAnswer,
  LocalizedTextDto,
  MoneyDto,
  MoneyField,
  Nested,
  OneOf,
  QueryOneOf,
  QueryUuids,
  Uuid,
} from '@ciep/platform';
import { PositiveMoneyDto } from '../ledger/money.dto.js';
import { feeScheduleStates, type FeeScheduleState } from './fee-schedule.entity.js';

export class FeeLineDto {
  @OneOf(boothTypes, { description: 'type of booth; each at most once' })
  boothType!: BoothType;

  @OneOf(feeUnits, { description: 'what the price is per' })
  unit!: FeeUnit;

  @Nested(() => PositiveMoneyDto, { description: 'net price' })
  net!: PositiveMoneyDto;
}

class FeeScheduleContentDto {
  @Int({ min: 0, max: 10_000, optional: true, description: 'tax rate in basis points, on top of the net price; 600 (6 %) when absent' })
  taxBasisPoints?: number;

  @Int({ min: 0, max: 60, optional: true, description: 'days after the due day on which an unpaid booth is still kept; 3 when absent' })
  graceDays?: number;

  @ListOf(() => FeeLineDto, { min: 1, max: 20, description: 'net prices' })
  lines!: FeeLineDto[];

  @Localized({ max: 500, lines: true, optional: true, description: 'remark shown beside the prices' })
  note?: LocalizedTextDto;
}

export class DraftFeeScheduleDto extends FeeScheduleContentDto {
  @Uuid({ description: 'the edition whose booths are priced' })
  editionId!: string;
}

export class ReviseFeeScheduleDto extends FeeScheduleContentDto {}

export class PublishFeeScheduleDto {
  @Instant({ optional: true, description: 'first instant at which the prices are in force; now when absent' })
  inForceFrom?: Instant;
}

export class FeeSchedulesQuery extends listQuery(['createdAt', 'updatedAt']) {
  @QueryUuids({ description: 'of these editions' })
  editionId?: string[];

  @QueryOneOf(feeScheduleStates, { description: 'in these states' })
  status?: FeeScheduleState[];

  @OneOf(languages, { optional: true, description: 'flattens text in two languages to this one' })
  lang?: Language;
}

export class FeesAtQuery {
  @Instant({ optional: true, description: 'the instant whose prices are asked for; now when absent' })
  at?: Instant;

  @OneOf(languages, { optional: true, description: 'flattens text in two languages to this one' })
  lang?: Language;
}

class FeeLineInForceDto {
  @OneOf(boothTypes, { description: 'type of booth' })
  boothType!: BoothType;

  @OneOf(feeUnits, { description: 'what the price is per' })
  unit!: FeeUnit;

  @MoneyField({ description: 'net price' })
  net!: MoneyDto;
}

export class FeesInForceDto {
  @Uuid({ description: 'id of the version' })
  id!: string;

  @Uuid({ description: 'the edition' })
  editionId!: string;

  @Instant({ description: 'first instant at which the prices are in force' })
  inForceFrom!: Instant;

  @Int({
    min: 0,
    max: 10_000,
    description: 'tax rate in basis points, on top of the net price, rounded half up in each line of an invoice',
  })
  taxBasisPoints!: number;

  @Int({ min: 0, max: 60, description: 'days after the due day on which an unpaid booth is still kept' })
  graceDays!: number;

  @ListOf(() => FeeLineInForceDto, { max: 20, description: 'net prices' })
  lines!: FeeLineInForceDto[];

  @LocalizedAnswer({ nullable: true, description: 'remark' })
  note!: LocalizedTextDto | null;
}

export class FeeScheduleDto {
  @Uuid({ description: 'id of the version' })
  id!: string;

  @Int({ min: 1, description: 'counts the changes; the ETag' })
  version!: number;

  @Uuid({ description: 'the edition' })
  editionId!: string;

  @OneOf(feeScheduleStates, { description: 'a published version is never changed' })
  status!: FeeScheduleState;

  @Instant({ nullable: true, description: 'first instant at which the prices are in force; null for a draft' })
  inForceFrom!: Instant | null;

  @Int({ min: 0, max: 10_000, description: 'tax rate in basis points, on top of the net price' })
  taxBasisPoints!: number;

  @Int({ min: 0, max: 60, description: 'days after the due day on which an unpaid booth is still kept' })
  graceDays!: number;

  @ListOf(() => FeeLineInForceDto, { max: 20, description: 'net prices' })
  lines!: FeeLineInForceDto[];

  @LocalizedAnswer({ nullable: true, description: 'remark' })
  note!: LocalizedTextDto | null;

  @Instant({ description: 'when the version was drafted' })
  createdAt!: Instant;

  @Instant({ description: 'when it was last changed' })
  updatedAt!: Instant;
}
