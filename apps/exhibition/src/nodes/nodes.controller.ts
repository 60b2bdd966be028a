import type { Language } from '@ciep/kernel';
import { Answers, Cached, Id, inOneLanguage, Lang, Public } from '@ciep/platform';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { KnownEditions } from '../editions/known-editions.queries.js';
import { NodeQueries } from './node.queries.js';
import { nested } from './node.rules.js';
import { NodeDetailDto, NodeListDto, NodeListQuery } from './nodes.dto.js';

/** The venue tree, for everybody. */
@Controller()
export class NodesController {
  constructor(
    private readonly editions: KnownEditions,
    private readonly queries: NodeQueries,
  ) {}

  @ApiOperation({ summary: 'The venue tree of an edition: pavilions, zones, boards 展区展馆结构' })
  @Get('editions/:editionId/nodes')
  @Public()
  @Cached(60)
  @Answers(NodeListDto)
  async list(@Id('editionId') editionId: string, @Query() { tree = false, lang }: NodeListQuery): Promise<NodeListDto> {
    await this.editions.mustBePublished(editionId);
    const items = await this.queries.list(editionId);
    return inOneLanguage({ items: tree ? nested(items) : items }, lang);
  }

  @ApiOperation({ summary: 'One node of the venue tree' })
  @Get('nodes/:id')
  @Public()
  @Cached(60)
  @Answers(NodeDetailDto)
  async node(@Id() id: string, @Lang() lang: Language | undefined): Promise<NodeDetailDto> {
    return inOneLanguage(await this.queries.detail(id, { onlyPublished: true }), lang);
  }
}
