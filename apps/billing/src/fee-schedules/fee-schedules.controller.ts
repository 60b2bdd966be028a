import type { Language } from '@ciep/kernel';
import { About, Answers, AnswersPage, Can, Id, IfMatch, inOneLanguage, Lang, Tx, Writes, type Page } from '@ciep/platform';
import { Body, Controller, Get, Post, Put, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { DraftFeeSchedule } from './draft-fee-schedule.use-case.js';
import { FeeScheduleQueries } from './fee-schedule.queries.js';
import {
  DraftFeeScheduleDto,
  FeeScheduleDto,
  FeeSchedulesQuery,
  PublishFeeScheduleDto,
  ReviseFeeScheduleDto,
} from './fee-schedules.dto.js';
import { PublishFeeSchedule } from './publish-fee-schedule.use-case.js';
import { ReviseFeeSchedule } from './revise-fee-schedule.use-case.js';

const usualTaxBasisPoints = 600;
// A transfer at the end of the due day reaches the statement on the next working day, which a weekend puts off.
const usualGraceDays = 3;

const contentOf = ({ lines, taxBasisPoints, graceDays, note }: ReviseFeeScheduleDto) => ({
  lines: lines.map(({ boothType, unit, net }) => ({ boothType, unit, amount: net.amount })),
  taxBasisPoints: taxBasisPoints ?? usualTaxBasisPoints,
  graceDays: graceDays ?? usualGraceDays,
  note: note ? { zh: note.zh, en: note.en } : null,
});

@About('What booths cost, in versions that are never changed once in force 收费标准：各版本的展位价格，生效后不再更改')
@Controller('fee-schedules')
export class FeeSchedulesController {
  constructor(
    private readonly queries: FeeScheduleQueries,
    private readonly draftFeeSchedule: DraftFeeSchedule,
    private readonly reviseFeeSchedule: ReviseFeeSchedule,
    private readonly publishFeeSchedule: PublishFeeSchedule,
  ) {}

  @ApiOperation({ operationId: 'listFeeSchedules', summary: 'All fee schedules, drafts and published versions 全部收费标准，含草稿' })
  @Get()
  @Can('fee_schedule:read')
  @AnswersPage(FeeScheduleDto)
  async list(@Query() query: FeeSchedulesQuery): Promise<Page<FeeScheduleDto>> {
    return inOneLanguage(await this.queries.list(query), query.lang);
  }

  @ApiOperation({ operationId: 'getFeeSchedule', summary: 'One fee schedule 一份收费标准' })
  @Get(':id')
  @Can('fee_schedule:read')
  @Answers(FeeScheduleDto)
  async one(@Id() id: string, @Lang() lang: Language | undefined): Promise<FeeScheduleDto> {
    return inOneLanguage(await this.queries.one(id), lang);
  }

  @ApiOperation({ operationId: 'draftFeeSchedule', summary: 'Draft the fee schedule of an edition 起草某届的收费标准' })
  @Post()
  @Can('fee_schedule:write')
  @Writes({ key: 'required' })
  @Answers(FeeScheduleDto, 201)
  async draft(@Body() body: DraftFeeScheduleDto, @Tx() tx: Tx): Promise<FeeScheduleDto> {
    const id = await this.draftFeeSchedule.execute({ editionId: body.editionId, content: contentOf(body) }, tx);
    return this.queries.one(id, tx);
  }

  @ApiOperation({ operationId: 'reviseFeeSchedule', summary: 'Replace the content of a draft fee schedule 修改收费标准草稿' })
  @Put(':id')
  @Can('fee_schedule:write')
  @Writes()
  @Answers(FeeScheduleDto)
  async revise(@Id() id: string, @IfMatch() version: number, @Body() body: ReviseFeeScheduleDto, @Tx() tx: Tx): Promise<FeeScheduleDto> {
    await this.reviseFeeSchedule.execute({ id, version, content: contentOf(body) }, tx);
    return this.queries.one(id, tx);
  }

  @ApiOperation({
    operationId: 'publishFeeSchedule',
    summary: 'Put a fee schedule in force, now or later; it is never changed again 发布收费标准，此后不再更改',
  })
  @Post(':id/publish')
  @Can('fee_schedule:publish')
  @Writes()
  @Answers(FeeScheduleDto)
  async publish(@Id() id: string, @IfMatch() version: number, @Body() body: PublishFeeScheduleDto, @Tx() tx: Tx): Promise<FeeScheduleDto> {
    const inForceFrom = body.inForceFrom === undefined ? undefined : new Date(body.inForceFrom);
    await this.publishFeeSchedule.execute({ id, version, inForceFrom }, tx);
    return this.queries.one(id, tx);
  }
}
