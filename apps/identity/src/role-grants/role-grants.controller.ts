import { About, Actor, Answers, AnswersPage, Can, Id, IfMatch, Principal, Tx, Writes, type Page } from '@ciep/platform';
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { ApproveRoleGrant } from './approve-role-grant.use-case.js';
import { GrantRole } from './grant-role.use-case.js';
import { RefuseRoleGrant } from './refuse-role-grant.use-case.js';
import { RevokeRoleGrant } from './revoke-role-grant.use-case.js';
import { GrantRoleDto, ListRoleGrantsQuery, RoleGrantDto, RoleGrantReasonDto } from './role-grants.dto.js';
import { RoleGrantQueries } from './role-grants.queries.js';

const instant = (given: Date | string | undefined): Date | undefined => (given === undefined ? undefined : new Date(given));

@About('Roles of staff and partner units 角色授予：工作人员与合作单位的角色')
@Controller('role-grants')
export class RoleGrantsController {
  constructor(
    private readonly queries: RoleGrantQueries,
    private readonly grantRole: GrantRole,
    private readonly approveRoleGrant: ApproveRoleGrant,
    private readonly refuseRoleGrant: RefuseRoleGrant,
    private readonly revokeRoleGrant: RevokeRoleGrant,
  ) {}

  @ApiOperation({ operationId: 'listRoleGrants', summary: 'Who has, had or will have which role 角色授予列表' })
  @Get()
  @Can('role_grant:read')
  @AnswersPage(RoleGrantDto)
  list(@Query() query: ListRoleGrantsQuery): Promise<Page<RoleGrantDto>> {
    return this.queries.page(query);
  }

  @ApiOperation({ operationId: 'getRoleGrant', summary: 'One granted role 一项角色授予' })
  @Get(':id')
  @Can('role_grant:read')
  @Answers(RoleGrantDto)
  read(@Id() id: string): Promise<RoleGrantDto> {
    return this.queries.get(id);
  }

  @ApiOperation({
    operationId: 'grantRole',
    summary: 'Give a person a role in an organisation; that of platform administrator waits for a second administrator 授予角色',
  })
  @Post()
  @Can('role_grant:write')
  @Writes({ key: 'required' })
  @Answers(RoleGrantDto, 201)
  async grant(@Body() { from, until, ...body }: GrantRoleDto, @Actor() decider: Principal, @Tx() tx: Tx): Promise<RoleGrantDto> {
    const id = await this.grantRole.execute({ ...body, from: instant(from), until: instant(until), decider }, tx);
    return this.queries.get(id, tx);
  }

  @ApiOperation({ operationId: 'approveRoleGrant', summary: 'Approve a proposed role, as another administrator 批准角色授予' })
  @Post(':id/approve')
  @Can('role_grant:write')
  @Writes()
  @Answers(RoleGrantDto)
  async approve(@Id() id: string, @IfMatch() version: number, @Actor() decider: Principal, @Tx() tx: Tx): Promise<RoleGrantDto> {
    await this.approveRoleGrant.execute({ id, version, decider }, tx);
    return this.queries.get(id, tx);
  }

  @ApiOperation({ operationId: 'refuseRoleGrant', summary: 'Refuse a proposed role, or withdraw your own proposal 拒绝角色授予' })
  @Post(':id/refuse')
  @Can('role_grant:write')
  @Writes()
  @Answers(RoleGrantDto)
  async refuse(
    @Id() id: string,
    @IfMatch() version: number,
    @Body() { reason }: RoleGrantReasonDto,
    @Actor() decider: Principal,
    @Tx() tx: Tx,
  ): Promise<RoleGrantDto> {
    await this.refuseRoleGrant.execute({ id, version, reason, decider }, tx);
    return this.queries.get(id, tx);
  }

  @ApiOperation({ operationId: 'revokeRoleGrant', summary: 'Take a role away; tokens with it are refused at once 撤销角色' })
  @Post(':id/revoke')
  @Can('role_grant:write')
  @Writes()
  @Answers(RoleGrantDto)
  async revoke(
    @Id() id: string,
    @IfMatch() version: number,
    @Body() { reason }: RoleGrantReasonDto,
    @Actor() decider: Principal,
    @Tx() tx: Tx,
  ): Promise<RoleGrantDto> {
    await this.revokeRoleGrant.execute({ id, version, reason, decider }, tx);
    return this.queries.get(id, tx);
  }
}
