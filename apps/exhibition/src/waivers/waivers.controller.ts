import { Actor, Answers, AnswersPage, Can, Id, IfMatch, Tx, Writes, type Page, Principal } from '@ciep/platform';
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { IssueWaiver } from './issue-waiver.use-case.js';
import { RevokeWaiver } from './revoke-waiver.use-case.js';
import { IssueWaiverDto, WaiverDto, WaiverListQuery } from './waiver.dto.js';
import { WaiverQueries } from './waiver.queries.js';

@Controller('waivers')
export class WaiversController {
  constructor(
    private readonly waivers: WaiverQueries,
    private readonly issueWaiver: IssueWaiver,
    private readonly revokeWaiver: RevokeWaiver,
  ) {}

  @ApiOperation({ summary: 'Waivers of the application deadline' })
  @Get()
  @Can('waiver:read')
  @AnswersPage(WaiverDto)
  list(@Query() query: WaiverListQuery): Promise<Page<WaiverDto>> {
    return this.waivers.list(query);
  }

  @ApiOperation({ summary: 'One waiver' })
  @Get(':id')
  @Can('waiver:read')
  @Answers(WaiverDto)
  read(@Id() id: string): Promise<WaiverDto> {
    return this.waivers.one(id);
  }

  @ApiOperation({
    summary: 'Give somebody a one-use waiver of the application deadline: a code, for one organisation or for whoever has it',
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

  @ApiOperation({ summary: 'Take back a waiver that was not used' })
  @Post(':id/revoke')
  @Can('waiver:write')
  @Writes()
  @Answers(WaiverDto)
  async revoke(@Id() id: string, @IfMatch() version: number, @Tx() tx: Tx): Promise<WaiverDto> {
    await this.revokeWaiver.execute({ id, version }, tx);
    return this.waivers.one(id, tx);
  }
}
