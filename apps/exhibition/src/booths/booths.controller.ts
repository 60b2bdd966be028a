import { About, Answers, AnswersPage, Cached, Id, Public, type Page, SeesMore } from '@ciep/platform';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { BoothQueries } from './booth.queries.js';
import { BoothDto, BoothListQuery } from './booths.dto.js';

/** The public list of booths. Cached only briefly, because every approval changes availability. */
@About('Booths and their state 展位：展位及其状态')
@Controller()
export class BoothsController {
  constructor(private readonly queries: BoothQueries) {}

  @ApiOperation({
    operationId: 'listBooths',
    summary: 'Booths of an edition with size, type and price; `free=true` for those to be had 展位列表',
  })
  @Get('editions/:editionId/booths')
  @Public()
  @Cached(5)
  @AnswersPage(BoothDto)
  list(@Id('editionId') editionId: string, @Query() query: BoothListQuery): Promise<Page<BoothDto>> {
    return this.queries.list(editionId, query);
  }

  @ApiOperation({ operationId: 'getBooth', summary: 'One booth; to the organizer of an unpublished edition, too 一个展位' })
  @Get('booths/:id')
  @Public('booth:write')
  @Cached(5)
  @Answers(BoothDto)
  booth(@Id() id: string, @SeesMore() seesMore: boolean): Promise<BoothDto> {
    return this.queries.detail(id, { onlyPublished: !seesMore });
  }
}
