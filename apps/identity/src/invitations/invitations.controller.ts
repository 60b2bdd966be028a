import { About, Actor, Answers, AnswersPage, Can, Id, IfMatch, Principal, Tx, Writes, type Page } from '@ciep/platform';
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { AlreadyInvited } from './invitation.errors.js';
import { InvitationDto, InvitationOutcomesDto, InviteMemberDto, InviteMembersDto, ListInvitationsQuery } from './invitations.dto.js';
import { InvitationQueries } from './invitations.queries.js';
import { InviteMembers } from './invite-members.use-case.js';
import { ResendInvitation } from './resend-invitation.use-case.js';
import { RevokeInvitation } from './revoke-invitation.use-case.js';

/** The account of a person who invites; a program has none. */
const inviterOf = ({ kind, id }: Principal): string | null => (kind === 'user' ? id : null);

@About('Invitations to join an organisation 邀请：邀请人员加入机构')
@Controller('organisations/:id/invitations')
export class InvitationsController {
  constructor(
    private readonly queries: InvitationQueries,
    private readonly inviteMembers: InviteMembers,
    private readonly resendInvitation: ResendInvitation,
    private readonly revokeInvitation: RevokeInvitation,
  ) {}

  @ApiOperation({ operationId: 'listInvitations', summary: 'Invitations of your organisation 本机构的邀请' })
  @Get()
  @Can('invitation:read')
  @AnswersPage(InvitationDto)
  list(
    @Id() organisationId: string,
    @Query() query: ListInvitationsQuery,
    @Actor() { owner: own }: Principal,
  ): Promise<Page<InvitationDto>> {
    return this.queries.page(organisationId, own, query);
  }

  @ApiOperation({ operationId: 'inviteMember', summary: 'Invite somebody to your organisation, by mail 邀请成员' })
  @Post()
  @Can('invitation:write')
  @Writes({ key: 'required' })
  @Answers(InvitationDto, 201)
  async invite(
    @Id() organisationId: string,
    @Body() person: InviteMemberDto,
    @Actor() actor: Principal,
    @Tx() tx: Tx,
  ): Promise<InvitationDto> {
    const own = actor.owner;
    const [outcome] = await this.inviteMembers.execute({ organisationId, own, inviter: inviterOf(actor), people: [person] }, tx);
    if (outcome && 'refusal' in outcome) throw outcome.refusal;
    return this.queries.get(outcome?.id ?? '', organisationId, own, tx);
  }

  @ApiOperation({
    operationId: 'inviteMembers',
    summary: 'Invite many at once: each is invited or has a problem of its own 批量邀请成员，逐项返回结果',
  })
  @Post('bulk')
  @Can('invitation:write')
  @Writes({ key: 'required' })
  @Answers(InvitationOutcomesDto)
  async inviteMany(
    @Id() organisationId: string,
    @Body() { items: people }: InviteMembersDto,
    @Actor() actor: Principal,
    @Tx() tx: Tx,
  ): Promise<InvitationOutcomesDto> {
    const outcomes = await this.inviteMembers.execute({ organisationId, own: actor.owner, inviter: inviterOf(actor), people }, tx);
    return {
      items: outcomes.map((outcome, index) => {
        if (!('refusal' in outcome)) return { index, id: outcome.id, problem: null };
        const { code, text: detail } = outcome.refusal;
        const invitationId = outcome.refusal instanceof AlreadyInvited ? outcome.refusal.invitationId : null;
        return { index, id: null, problem: { code, detail, invitationId } };
      }),
    };
  }

  @ApiOperation({ operationId: 'getInvitation', summary: 'One invitation 一份邀请' })
  @Get(':invitationId')
  @Can('invitation:read')
  @Answers(InvitationDto)
  read(@Id() organisationId: string, @Id('invitationId') id: string, @Actor() { owner: own }: Principal): Promise<InvitationDto> {
    return this.queries.get(id, organisationId, own);
  }

  @ApiOperation({
    operationId: 'resendInvitation',
    summary: 'Mail the link of an invitation again; the old one no longer works 重新发送邀请',
  })
  @Post(':invitationId/resend')
  @Can('invitation:write')
  @Writes()
  @Answers(InvitationDto)
  async resend(
    @Id() organisationId: string,
    @Id('invitationId') id: string,
    @IfMatch({ optional: true }) version: number | undefined,
    @Actor() actor: Principal,
    @Tx() tx: Tx,
  ): Promise<InvitationDto> {
    const own = actor.owner;
    await this.resendInvitation.execute({ id, organisationId, own, version, inviter: inviterOf(actor) }, tx);
    return this.queries.get(id, organisationId, own, tx);
  }

  @ApiOperation({ operationId: 'revokeInvitation', summary: 'Take an invitation back; its link no longer works 撤销邀请' })
  @Post(':invitationId/revoke')
  @Can('invitation:write')
  @Writes()
  @Answers(InvitationDto)
  async revoke(
    @Id() organisationId: string,
    @Id('invitationId') id: string,
    @IfMatch({ optional: true }) version: number | undefined,
    @Actor() { owner: own }: Principal,
    @Tx() tx: Tx,
  ): Promise<InvitationDto> {
    await this.revokeInvitation.execute({ id, organisationId, own, version }, tx);
    return this.queries.get(id, organisationId, own, tx);
  }
}
