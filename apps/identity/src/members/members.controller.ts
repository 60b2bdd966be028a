import { About, Actor, Answers, AnswersNothing, AnswersPage, Can, Id, IfMatch, Principal, Tx, Writes, type Page } from '@ciep/platform';
import { Body, Controller, Delete, Get, Patch, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { ChangeMemberRoles } from './change-member-roles.use-case.js';
import { ChangeMemberDto, ListMembersQuery, MemberDto } from './members.dto.js';
import { MemberQueries, type AskedOrganisation } from './members.queries.js';
import { RemoveMember } from './remove-member.use-case.js';

/** Who may list organisations may read the members of any. */
const askedBy = (actor: Principal, organisationId: string): AskedOrganisation => ({
  organisationId,
  own: actor.may('organisation:list') ? undefined : actor.owner,
});

@About('Members of an organisation 成员：机构的人员及其角色')
@Controller('organisations/:id/members')
export class MembersController {
  constructor(
    private readonly queries: MemberQueries,
    private readonly changeMemberRoles: ChangeMemberRoles,
    private readonly removeMember: RemoveMember,
  ) {}

  @ApiOperation({ operationId: 'listMembers', summary: 'Members of your organisation, or of any for the organizer 机构成员列表' })
  @Get()
  @Can('member:read')
  @AnswersPage(MemberDto)
  list(@Id() organisationId: string, @Query() query: ListMembersQuery, @Actor() actor: Principal): Promise<Page<MemberDto>> {
    return this.queries.page(askedBy(actor, organisationId), query);
  }

  @ApiOperation({ operationId: 'getMember', summary: 'One member 一名成员' })
  @Get(':memberId')
  @Can('member:read')
  @Answers(MemberDto)
  read(@Id() organisationId: string, @Id('memberId') id: string, @Actor() actor: Principal): Promise<MemberDto> {
    return this.queries.get(id, askedBy(actor, organisationId));
  }

  @ApiOperation({
    operationId: 'changeMember',
    summary: 'Give a member other roles; who may do less than before is logged out 修改成员角色',
  })
  @Patch(':memberId')
  @Can('member:write')
  @Writes()
  @Answers(MemberDto)
  async change(
    @Id() organisationId: string,
    @Id('memberId') id: string,
    @IfMatch() version: number,
    @Body() { roles }: ChangeMemberDto,
    @Actor() { owner: own }: Principal,
    @Tx() tx: Tx,
  ): Promise<MemberDto> {
    await this.changeMemberRoles.execute({ id, organisationId, own, version, roles }, tx);
    return this.queries.get(id, { organisationId, own }, tx);
  }

  @ApiOperation({
    operationId: 'removeMember',
    summary: 'Remove a member, or leave; the person is logged out of the organisation at once 移除成员或自行退出',
  })
  @Delete(':memberId')
  @Can('member:remove')
  @Writes()
  @AnswersNothing()
  remove(
    @Id() organisationId: string,
    @Id('memberId') id: string,
    @IfMatch({ optional: true }) version: number | undefined,
    @Actor() actor: Principal,
    @Tx() tx: Tx,
  ): Promise<void> {
    const by = { accountId: actor.id, isAdministrator: actor.may('member:write') };
    return this.removeMember.execute({ id, organisationId, own: actor.owner, version, by }, tx);
  }
}
