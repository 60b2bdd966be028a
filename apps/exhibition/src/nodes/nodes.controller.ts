import type { Language } from '@ciep/kernel';
import { About, Answers, Cached, Id, inOneLanguage, Lang, Public, SeesMore } from '@ciep/platform';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { KnownEditions } from '../editions/known-editions.queries.js';
import { NodeQueries } from './node.queries.js';
import { nested } from './node.rules.js';
import { NodeDetailDto, NodeListDto, NodeListQuery } from './nodes.dto.js';

/** The public venue tree. */
@About('The tree of the venue: zones, boards and their areas 展区目录：展馆、展区、板块及其区域')
@Controller()
export class NodesController {
  constructor(
    private readonly editions: KnownEditions,
    private readonly queries: NodeQueries,
  ) {}

  @ApiOperation({ operationId: 'listNodes', summary: 'The venue tree of an edition: pavilions, zones, boards 展区展馆结构' })
  @Get('editions/:editionId/nodes')
  @Public()
  @Cached(60)
  @Answers(NodeListDto)
  async list(@Id('editionId') editionId: string, @Query() { tree = false, lang }: NodeListQuery): Promise<NodeListDto> {
    await this.editions.mustBePublished(editionId);
    const items = await this.queries.list(editionId);
    return inOneLanguage({ items: tree ? nested(items) : items }, lang);
  }

  @ApiOperation({
    operationId: 'getNode',
    summary: 'One node of the venue tree; to the organizer of an unpublished edition, too 一个展区节点',
  })
  @Get('nodes/:id')
  @Public('node:write')
  @Cached(60)
  @Answers(NodeDetailDto)
  async node(@Id() id: string, @Lang() lang: Language | undefined, @SeesMore() seesMore: boolean): Promise<NodeDetailDto> {
    return inOneLanguage(await this.queries.detail(id, { onlyPublished: !seesMore }), lang);
  }
}
