import { areaTypes, boothTypeNames, boothTypes, type AreaType, type BoothType } from '@ciep/contracts';
import type { Money } from '@ciep/kernel';
import {
  Decimal,
  Flag,
  Instant,
  Int,
  ListOf,
  listQuery,
  MoneyField,
  Nested,
  OneOf,
  QueryFlag,
  QueryInt,
  QueryOneOf,
  TableQuery,
  Text,
  Uuid,
} from '@ciep/platform';
import { IntersectionType } from '@nestjs/swagger';
import { named } from '../reference/reference.rules.js';
import { boothAvailabilities, type BoothAvailability } from './booth.rules.js';

const numberPattern = /^[A-Z0-9][A-Z0-9-]{0,19}$/;
const area = { min: 100, max: 1_000_000 };
const side = { min: 1, max: 10_000 };

export class BoothPriceDto {
  @MoneyField({ description: 'without tax' })
  net!: Money;

  @MoneyField({ description: 'tax on top of it' })
  tax!: Money;

  @MoneyField({ description: 'what is to be paid' })
  gross!: Money;
}

export class BoothDto {
  @Uuid({ description: 'id of the booth' })
  id!: string;

  @Int({ min: 1, description: 'counts the changes; `If-Match` takes it in quotes' })
  version!: number;

  @Uuid({ description: 'edition' })
  editionId!: string;

  @Uuid({ description: 'the leaf of the venue tree it stands on' })
  nodeId!: string;

  @Text({ max: 50, description: 'code of that node', example: '1.2.3' })
  nodeCode!: string;

  @Text({ max: 20, description: 'unique in the edition', example: '2B-017' })
  number!: string;

  @Int({ min: 1, max: 6, description: 'hall of the convention center' })
  hall!: number;

  @Int({ min: 1, max: 6, description: 'floor of the hall' })
  floor!: number;

  @OneOf(boothTypes, { description: named(boothTypeNames) })
  type!: BoothType;

  @OneOf(areaTypes, { description: 'government 政府区域, enterprise 企业区域, general 普通区域' })
  areaType!: AreaType;

  @Int({ min: 1, description: 'area in square decimetres, exact' })
  areaDm2!: number;

  @Decimal({ description: 'area in square metres, to one decimal', example: 9 })
  areaM2!: number;

  @Int({ ...side, nullable: true, description: 'width in decimetres; null when not measured' })
  widthDm!: number | null;

  @Int({ ...side, nullable: true, description: 'depth in decimetres; null when not measured' })
  depthDm!: number | null;

  @OneOf(boothAvailabilities, { description: 'taken: allocated to an application; blocked: not offered' })
  availability!: BoothAvailability;

  @Nested(() => BoothPriceDto, { nullable: true, description: 'by the fees in force now; null while there are none' })
  price!: BoothPriceDto | null;

  @Flag({ description: 'sample stock of the demonstration, not taken from a notice' })
  isInvented!: boolean;

  @Instant({ description: 'changed last' })
  updatedAt!: Instant;
}

export class BoothAllocationDto {
  @Uuid({ description: 'the application that has it' })
  applicationId!: string;

  @Text({ max: 50, description: 'number of the application' })
  applicationNumber!: string;

  @Text({ max: 30, description: 'state of the application' })
  applicationStatus!: string;

  @Instant({ description: 'when it got the booth' })
  allocatedAt!: Instant;
}

export class VenueBoothDto extends BoothDto {
  @Text({ max: 500, lines: true, nullable: true, description: 'why it is blocked; null when it is not' })
  blockedReason!: string | null;

  @Nested(() => BoothAllocationDto, { nullable: true, description: 'who has it; null when nobody does' })
  allocation!: BoothAllocationDto | null;
}

export class BoothListQuery extends listQuery(['number', 'area', 'hall', 'updatedAt'], { synchronised: false }) {
  @Uuid({ optional: true, description: 'only booths on this node or below it' })
  nodeId?: string;

  @QueryInt({ min: 1, max: 6, description: 'only booths in this hall' })
  hall?: number;

  @QueryOneOf(boothTypes, { description: 'one or more kinds of booth' })
  type?: BoothType[];

  @QueryOneOf(areaTypes, { description: 'one or more kinds of area' })
  areaType?: AreaType[];

  @QueryFlag({ description: 'true: only booths that can be had; false: only those that cannot' })
  free?: boolean;

  @QueryInt({ description: 'in square decimetres' })
  minAreaDm2?: number;

  @QueryInt({ description: 'in square decimetres' })
  maxAreaDm2?: number;
}

export class BoothTableQuery extends IntersectionType(BoothListQuery, TableQuery) {}

export class PlanBoothDto {
  @Uuid({ description: 'a leaf of the venue tree' })
  nodeId!: string;

  @Text({ max: 20, pattern: numberPattern, description: 'unique in the edition', example: '2B-017' })
  number!: string;

  @OneOf(boothTypes, { description: named(boothTypeNames) })
  type!: BoothType;

  @OneOf(areaTypes, { description: 'one that the node has' })
  areaType!: AreaType;

  @Int({ ...area, description: 'in square decimetres' })
  areaDm2!: number;

  @Int({ ...side, optional: true, nullable: true, description: 'in decimetres; together with the depth' })
  widthDm?: number | null;

  @Int({ ...side, optional: true, nullable: true, description: 'in decimetres; together with the width' })
  depthDm?: number | null;

  @Int({ min: 1, max: 6, description: 'hall of the convention center' })
  hall!: number;

  @Int({ min: 1, max: 6, optional: true, description: '1 when absent' })
  floor?: number;
}

export class CreateBoothDto extends PlanBoothDto {
  @Uuid({ description: 'edition' })
  editionId!: string;
}

export class CreateBoothsDto {
  @Uuid({ description: 'edition' })
  editionId!: string;

  @ListOf(() => PlanBoothDto, { min: 1, max: 500, description: 'all are created, or none' })
  booths!: PlanBoothDto[];
}

export class CreatedBoothDto {
  @Uuid({ description: 'id of the booth' })
  id!: string;

  @Text({ max: 20, description: 'unique in the edition' })
  number!: string;
}

export class CreatedBoothsDto {
  @ListOf(() => CreatedBoothDto, { max: 500, description: 'in the order of the request' })
  items!: CreatedBoothDto[];
}

export class UpdateBoothDto {
  @Text({ max: 20, pattern: numberPattern, optional: true, description: 'unique in the edition' })
  number?: string;

  @OneOf(boothTypes, { optional: true, description: named(boothTypeNames) })
  type?: BoothType;

  @OneOf(areaTypes, { optional: true, description: 'one that the node has' })
  areaType?: AreaType;

  @Int({ ...area, optional: true, description: 'in square decimetres' })
  areaDm2?: number;

  @Int({ ...side, optional: true, nullable: true, description: 'in decimetres' })
  widthDm?: number | null;

  @Int({ ...side, optional: true, nullable: true, description: 'in decimetres' })
  depthDm?: number | null;

  @Int({ min: 1, max: 6, optional: true, description: 'hall of the convention center' })
  hall?: number;

  @Int({ min: 1, max: 6, optional: true, description: 'floor of the hall' })
  floor?: number;
}

export class BlockBoothDto {
  @Text({ max: 500, lines: true, description: 'for the organizer only' })
  reason!: string;
}
