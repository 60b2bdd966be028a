import { areaTypes, regionCodes, type AreaType } from '@ciep/contracts';
import { languages, type Language, type LocalizedText } from '@ciep/kernel';
import { Flag, Instant, Int, ListOf, Localized, LocalizedAnswer, Nested, OneOf, OneOfList, QueryFlag, Text, Uuid } from '@ciep/platform';
import { nodeKinds, responsibilityRoles, type NodeKind, type ResponsibilityRole } from './node.rules.js';

const codePattern = /^[1-9][0-9]{0,2}(\.[1-9][0-9]{0,2})*$/;

class UnitDto {
  @OneOf(responsibilityRoles, {
    description: 'lead 牵头, host 主办, undertake 承办, execute 执行, support 支持, guide 指导, co_host 共同主办',
  })
  role!: ResponsibilityRole;

  @Uuid({ nullable: true, description: 'its organisation on the platform; null when it has none' })
  organisationId!: string | null;

  @OneOf(regionCodes, { nullable: true, description: 'code of the region it stands for; null when it stands for none' })
  regionCode!: string | null;
}

export class ResponsibilityDto extends UnitDto {
  @LocalizedAnswer({ description: 'name of the unit' })
  unit!: LocalizedText | string;
}

export class AssignResponsibilityDto extends UnitDto {
  @Localized({ max: 200, description: 'name of the unit' })
  unit!: LocalizedText;
}

export class NodeDto {
  @Uuid({ description: 'id of the node' })
  id!: string;

  @Int({ min: 1, description: 'counts the changes; `If-Match` takes it in quotes' })
  version!: number;

  @Uuid({ description: 'edition' })
  editionId!: string;

  @Uuid({ nullable: true, description: 'the node above; null for a pavilion' })
  parentId!: string | null;

  @OneOf(nodeKinds, { description: 'pavilion 展馆, zone 展区, board 板块' })
  kind!: NodeKind;

  @Text({ max: 50, description: 'number in the outline of the exhibition, unique in the edition', example: '1.2.3' })
  code!: string;

  @Int({ min: 1, max: 999, description: 'place among its siblings' })
  position!: number;

  @LocalizedAnswer({ description: 'its name' })
  name!: LocalizedText | string;

  @LocalizedAnswer({ nullable: true, description: 'what is shown there' })
  description!: LocalizedText | string | null;

  @Flag({ description: 'nothing stands below it: booths and applications are for leaves only' })
  isLeaf!: boolean;

  @Flag({ description: 'enterprises need the endorsement of a region to be approved here' })
  isRegional!: boolean;

  @OneOfList(regionCodes, { description: 'codes of the regions that belong to it; empty when it is not regional' })
  regionCodes!: string[];

  @OneOfList(areaTypes, { description: 'areas it has: government 政府区域, enterprise 企业区域, general 综合区域' })
  areaTypes!: AreaType[];

  @Instant({ description: 'changed last' })
  updatedAt!: Instant;
}

export class ListedNodeDto extends NodeDto {
  @ListOf(() => ListedNodeDto, { max: 1_000, optional: true, description: 'only with `tree=true`: the nodes below, in order' })
  children?: ListedNodeDto[];
}

export class NodeListDto {
  @ListOf(() => ListedNodeDto, { max: 1_000, description: 'each node before those below it; with `tree=true` the pavilions' })
  items!: ListedNodeDto[];
}

export class NodeDetailDto extends NodeDto {
  @ListOf(() => ResponsibilityDto, { max: 50, description: 'responsible units in the order of the notice' })
  responsibilities!: ResponsibilityDto[];
}

export class BoothCountsDto {
  @Int({ description: 'all of them' })
  total!: number;

  @Int({ description: 'neither blocked nor taken' })
  free!: number;

  @Int({ description: 'held by a live allocation' })
  taken!: number;

  @Int({ description: 'taken out of the offer by the organizer' })
  blocked!: number;
}

export class VenueNodeDto extends NodeDetailDto {
  @Nested(() => BoothCountsDto, { description: 'booths on the node itself' })
  booths!: BoothCountsDto;
}

export class VenueDto {
  @ListOf(() => VenueNodeDto, { max: 1_000, description: 'each node before those below it' })
  items!: VenueNodeDto[];
}

export class NodeListQuery {
  @QueryFlag({ description: 'true: the pavilions with the nodes below them inside' })
  tree?: boolean;

  @OneOf(languages, { optional: true, description: 'flattens text in two languages to this one' })
  lang?: Language;
}

export class CreateNodeDto {
  @Uuid({ description: 'edition' })
  editionId!: string;

  @Uuid({ optional: true, nullable: true, description: 'the node above; absent or null for a pavilion' })
  parentId?: string | null;

  @OneOf(nodeKinds, { description: 'pavilion 展馆, zone 展区, board 板块' })
  kind!: NodeKind;

  @Text({ max: 50, pattern: codePattern, description: 'number in the outline of the exhibition, unique in the edition', example: '1.2.3' })
  code!: string;

  @Int({ min: 1, max: 999, optional: true, description: 'place among its siblings; the last one when absent' })
  position?: number;

  @Localized({ max: 200, description: 'its name' })
  name!: LocalizedText;

  @Localized({ max: 2_000, lines: true, optional: true, nullable: true, description: 'what is shown there' })
  description?: LocalizedText | null;

  @OneOfList(areaTypes, {
    optional: true,
    description: 'areas it has: government and enterprise with regions, general without; none when absent',
  })
  areaTypes?: AreaType[];

  @OneOfList(regionCodes, { optional: true, description: 'regions that belong to it; one makes it regional' })
  regionCodes?: string[];

  @ListOf(() => AssignResponsibilityDto, { max: 50, optional: true, description: 'responsible units in the order of the notice' })
  responsibilities?: AssignResponsibilityDto[];
}

export class UpdateNodeDto {
  @Text({ max: 50, pattern: codePattern, optional: true, description: 'number in the outline of the exhibition, unique in the edition' })
  code?: string;

  @Localized({ max: 200, optional: true, description: 'its name' })
  name?: LocalizedText;

  @Localized({ max: 2_000, lines: true, optional: true, nullable: true, description: 'what is shown there' })
  description?: LocalizedText | null;

  @OneOfList(areaTypes, { optional: true, description: 'areas it has: government and enterprise with regions, general without' })
  areaTypes?: AreaType[];

  @OneOfList(regionCodes, { optional: true, description: 'regions that belong to it; one makes it regional' })
  regionCodes?: string[];
}

export class MoveNodeDto {
  @Uuid({ nullable: true, description: 'the node above; null for a pavilion' })
  parentId!: string | null;

  @Int({ min: 1, max: 999, optional: true, description: 'place among its new siblings; the last one when absent' })
  position?: number;
}

export class AssignResponsibilitiesDto {
  @ListOf(() => AssignResponsibilityDto, { max: 50, description: 'replaces all units of the node' })
  responsibilities!: AssignResponsibilityDto[];
}
