import { NotFound } from '@ciep/kernel';
import { About, Actor, Answers, AnswersPage, Can, Id, IfMatch, Principal, Tx, Writes, type Page } from '@ciep/platform';
import { Body, Controller, Get, Patch, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { ChangeProfile } from './change-profile.use-case.js';
import { ChangeOrganisationDto, ListOrganisationsQuery, OrganisationDto } from './organisations.dto.js';
import { OrganisationQueries } from './organisations.queries.js';

@About('Organisations with accounts 机构：已注册的单位')
@Controller('organisations')
export class OrganisationsController {
  constructor(
    private readonly queries: OrganisationQueries,
    private readonly changeProfile: ChangeProfile,
  ) {}

  @ApiOperation({ operationId: 'listOrganisations', summary: 'All organisations 全部机构' })
  @Get()
  @Can('organisation:list')
  @AnswersPage(OrganisationDto)
  list(@Query() query: ListOrganisationsQuery): Promise<Page<OrganisationDto>> {
    return this.queries.page(query);
  }

  @ApiOperation({ operationId: 'getOrganisation', summary: 'One organisation: your own, or any for the organizer 一个机构' })
  @Get(':id')
  @Can('organisation:read')
  @Answers(OrganisationDto)
  async read(@Id() id: string, @Actor() actor: Principal): Promise<OrganisationDto> {
    const organisation = await this.queries.one(id, actor.may('organisation:list') ? undefined : actor.owner);
    if (!organisation) throw new NotFound('organisation', id);
    return organisation;
  }

  @ApiOperation({ operationId: 'changeOrganisation', summary: 'Change your own organisation 修改本机构信息' })
  @Patch(':id')
  @Can('organisation:change')
  @Writes()
  @Answers(OrganisationDto)
  async change(
    @Id() id: string,
    @IfMatch() version: number,
    @Body() body: ChangeOrganisationDto,
    @Actor() { owner: own }: Principal,
    @Tx() tx: Tx,
  ): Promise<OrganisationDto> {
    await this.changeProfile.execute({ id, version, own, ...body }, tx);
    const changed = await this.queries.one(id, own, tx);
    if (!changed) throw new NotFound('organisation', id);
    return changed;
  }
}
