import { About, Actor, Answers, AnswersPage, Can, Id, IfMatch, Tx, Writes, type Page, Principal } from '@ciep/platform';
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { IssueWaiver } from './issue-waiver.use-case.js';
import { RevokeWaiver } from './revoke-waiver.use-case.js';
import { IssueWaiverDto, WaiverDto, WaiverListQuery } from './waiver.dto.js';
import { WaiverQueries } from './waiver.queries.js';

@About('Permission to apply after the deadline 逾期申请许可：截止后仍可申请的许可')
@Controller('waivers')
export class WaiversController {
  constructor(
    private readonly waivers: WaiverQueries,
    private readonly issueWaiver: IssueWaiver,
    private readonly revokeWaiver: RevokeWaiver,
  ) {}

  @ApiOperation({ operationId: 'listWaivers', summary: 'Waivers of the application deadline 逾期申请许可列表' })
  @Get()
  @Can('waiver:read')
  @AnswersPage(WaiverDto)
  list(@Query() query: WaiverListQuery): Promise<Page<WaiverDto>> {
    return this.waivers.list(query);
  }

  @ApiOperation({ operationId: 'getWaiver', summary: 'One waiver 一份逾期申请许可' })
  @Get(':id')
  @Can('waiver:read')
  @Answers(WaiverDto)
  read(@Id() id: string): Promise<WaiverDto> {
    return this.waivers.one(id);
  }

  @ApiOperation({
    operationId: 'issueWaiver',
    summary:
      'Give somebody a one-use waiver of the application deadline: a code, for one organisation or for whoever has it 发放一次性逾期申请许可',
  })
  @Post()
  @Can('waiver:write')
  @Writes({ key: 'required' })
  @Answers(WaiverDto, 201)
  async issue(
    @Body() { editionId, organisationId, reason, expiresAt }: IssueWaiverDto,
    @Actor() { id }: Principal,
    @Tx() tx: Tx,
  ): Promise<WaiverDto> {
    const command = { editionId, organisationId: organisationId ?? null, reason, issuedBy: id, expiresAt: new Date(expiresAt) };
    return this.waivers.one(await this.issueWaiver.execute(command, tx), tx);
  }

  @ApiOperation({ operationId: 'revokeWaiver', summary: 'Take back a waiver that was not used 撤销未使用的许可' })
  @Post(':id/revoke')
  @Can('waiver:write')
  @Writes()
  @Answers(WaiverDto)
  async revoke(@Id() id: string, @IfMatch() version: number, @Tx() tx: Tx): Promise<WaiverDto> {
    await this.revokeWaiver.execute({ id, version }, tx);
    return this.waivers.one(id, tx);
  }
}
