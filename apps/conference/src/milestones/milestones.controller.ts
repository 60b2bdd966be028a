import { milestoneKinds } from '@ciep/contracts';
import type { Language } from '@ciep/kernel';
import { About, Answers, AnswersPage, Cached, Id, inOneLanguage, Lang, type Page, Public, SeesMore } from '@ciep/platform';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { EditionQueries } from '../editions/edition.queries.js';
import { MilestoneQueries } from './milestone.queries.js';
import { milestoneKindNames } from './milestone-kinds.rules.js';
import { MilestoneDto, MilestoneKindsDto, MilestoneListQuery } from './milestones.dto.js';

@ApiTags('milestones')
@About('Dates of published editions, also as a calendar 日程节点：已公布届次的日期，可作日历订阅')
@Controller()
export class MilestonesController {
  constructor(
    private readonly editions: EditionQueries,
    private readonly milestones: MilestoneQueries,
  ) {}

  @ApiOperation({ operationId: 'listMilestones', summary: 'The dates of a published edition 重要时间节点' })
  @ApiParam({ name: 'edition', description: 'id or code of the edition', example: '21' })
  @Get('editions/:edition/milestones')
  @Public()
  @Cached(60)
  @AnswersPage(MilestoneDto)
  async ofEdition(@Param('edition') idOrCode: string, @Query() query: MilestoneListQuery): Promise<Page<MilestoneDto>> {
    const { id } = await this.editions.published(idOrCode);
    return this.milestones.ofEdition(id, query);
  }

  @ApiOperation({ operationId: 'listMilestoneKinds', summary: 'Kinds of milestones 时间节点类型' })
  @Get('milestone-kinds')
  @Public()
  @Cached(3_600)
  @Answers(MilestoneKindsDto)
  kinds(@Lang() language: Language | undefined): MilestoneKindsDto {
    return inOneLanguage({ items: milestoneKinds.map(code => ({ code, name: milestoneKindNames[code] })) }, language);
  }

  @ApiOperation({
    operationId: 'getMilestone',
    summary: 'One date of a published edition; to the organizer of an unpublished one, too 一个时间节点',
  })
  @Get('milestones/:id')
  @Public('edition:read_unpublished')
  @Cached(60)
  @Answers(MilestoneDto)
  one(@Id() id: string, @SeesMore() seesMore: boolean): Promise<MilestoneDto> {
    return this.milestones.get(id, { published: !seesMore });
  }
}
