import { Clock } from '@ciep/kernel';
import { About, Answers, Cached, Id, inOneLanguage, Public } from '@ciep/platform';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { FeeScheduleQueries } from './fee-schedule.queries.js';
import { FeesAtQuery, FeesInForceDto } from './fee-schedules.dto.js';

@About('What booths cost today, for everybody to read 现行收费标准：当前展位价格，公开')
@Controller('editions')
export class FeesInForceController {
  constructor(
    private readonly queries: FeeScheduleQueries,
    private readonly clock: Clock,
  ) {}

  @ApiOperation({ operationId: 'getFeesInForce', summary: 'Prices in force for an edition, now or at an instant 现行收费标准' })
  @Get(':editionId/fee-schedule')
  @Public()
  @Cached(60)
  @Answers(FeesInForceDto)
  async inForce(@Id('editionId') editionId: string, @Query() { at, lang }: FeesAtQuery): Promise<FeesInForceDto> {
    const instant = at === undefined ? this.clock.now() : new Date(at);
    return inOneLanguage(await this.queries.inForceAt(editionId, instant), lang);
  }
}
