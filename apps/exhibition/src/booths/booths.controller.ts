import { Answers, AnswersPage, Cached, Id, Public, type Page } from '@ciep/platform';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { BoothQueries } from './booth.queries.js';
import { BoothDto, BoothListQuery } from './booths.dto.js';

/** The booths, for everybody. Cached only shortly: whether one is free changes with every approval. */
@Controller()
export class BoothsController {
  constructor(private readonly queries: BoothQueries) {}

  @ApiOperation({ summary: 'Booths of an edition with size, type and price; `free=true` for those to be had 展位列表' })
  @Get('editions/:editionId/booths')
  @Public()
  @Cached(5)
  @AnswersPage(BoothDto)
  list(@Id('editionId') editionId: string, @Query() query: BoothListQuery): Promise<Page<BoothDto>> {
    return this.queries.list(editionId, query);
  }

  @ApiOperation({ summary: 'One booth' })
  @Get('booths/:id')
  @Public()
  @Cached(5)
  @Answers(BoothDto)
  booth(@Id() id: string): Promise<BoothDto> {
    return this.queries.detail(id);
  }
}
