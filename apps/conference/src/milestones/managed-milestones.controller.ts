import { About, Answers, AnswersPage, Can, Id, IfMatch, type Page, Tx, Writes } from '@ciep/platform';
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { EditionQueries } from '../editions/edition.queries.js';
import { MilestoneQueries } from './milestone.queries.js';
import { MilestoneDto, MilestoneListQuery, MoveMilestoneDto, SetMilestoneDto } from './milestones.dto.js';
import { MoveMilestone } from './move-milestone.use-case.js';
import { SetMilestone } from './set-milestone.use-case.js';

@ApiTags('managed milestones')
@About('Dates of editions for those who set them 日程节点管理：设定各届日期')
@Controller()
export class ManagedMilestonesController {
  constructor(
    private readonly editions: EditionQueries,
    private readonly milestones: MilestoneQueries,
    private readonly setMilestone: SetMilestone,
    private readonly moveMilestone: MoveMilestone,
  ) {}

  @ApiOperation({ operationId: 'listManagedMilestones', summary: 'The dates of an edition, published or not 某届的时间节点，含未发布的' })
  @Get('managed-editions/:id/milestones')
  @Can('edition:read_unpublished')
  @AnswersPage(MilestoneDto)
  async ofEdition(@Id() id: string, @Query() query: MilestoneListQuery): Promise<Page<MilestoneDto>> {
    await this.editions.get(id);
    return this.milestones.ofEdition(id, query);
  }

  @ApiOperation({ operationId: 'setMilestone', summary: 'Set a date of an edition 设定时间节点' })
  @Post('milestones')
  @Can('milestone:write')
  @Writes({ key: 'required' })
  @Answers(MilestoneDto, 201)
  async set(@Body() { editionId, kind, at }: SetMilestoneDto, @Tx() tx: Tx): Promise<MilestoneDto> {
    const id = await this.setMilestone.execute({ editionId, kind, at: new Date(at) }, tx);
    return this.milestones.get(id, { reader: tx });
  }

  @ApiOperation({ operationId: 'moveMilestone', summary: 'Move a date; the services that follow it do so at once 调整时间节点' })
  @Post('milestones/:id/move')
  @Can('milestone:write')
  @Writes()
  @Answers(MilestoneDto)
  async move(@Id() id: string, @IfMatch() version: number, @Body() { at }: MoveMilestoneDto, @Tx() tx: Tx): Promise<MilestoneDto> {
    await this.moveMilestone.execute({ id, version, at: new Date(at) }, tx);
    return this.milestones.get(id, { reader: tx });
  }
}
