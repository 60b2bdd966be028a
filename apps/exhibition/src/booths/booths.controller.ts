import { Answers, AnswersPage, Cached, Id, Public, type Page } from '@ciep/platform';
import { Controller, Get, Query } from '@nestjs/common';
import { BoothQueries } from './booth.queries.js';
import { BoothDto, BoothListQuery } from './booths.dto.js';

/** The booths, for everybody. Cached only shortly: whether one is free changes with every approval. */
@Controller()
export class BoothsController {
  constructor(private readonly queries: BoothQueries) {}

  @Get('editions/:editionId/booths')
  @Public()
  @Cached(5)
  @AnswersPage(BoothDto)
  list(@Id('editionId') editionId: string, @Query() query: BoothListQuery): Promise<Page<BoothDto>> {
    return this.queries.list(editionId, query);
  }

  @Get('booths/:id')
  @Public()
  @Cached(5)
  @Answers(BoothDto)
  booth(@Id() id: string): Promise<BoothDto> {
    return this.queries.detail(id);
  }
}
