import { About, Answers, Id, Public, Tx, Writes } from '@ciep/platform';
import { Body, Controller, Post, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiResponse } from '@nestjs/swagger';
import { Links } from '../registrations/links.service.js';
import { RegistrationLimit } from '../registrations/registration-limit.service.js';
import { AcceptInvitation } from './accept-invitation.use-case.js';
import { AcceptedInvitationDto, AcceptInvitationDto } from './invitations.dto.js';
import { Newcomers } from './newcomers.service.js';

@About('Answers to invitations, by the mailed link 接受邀请：凭邮件中的链接')
@Controller('invitations')
@UseGuards(RegistrationLimit)
export class InvitationAnswersController {
  constructor(
    private readonly acceptInvitation: AcceptInvitation,
    private readonly newcomers: Newcomers,
    private readonly links: Links,
  ) {}

  @ApiOperation({
    operationId: 'acceptInvitation',
    summary:
      'Join with the code of the mailed link; an address without an account gets one, with name, phone and password 凭链接中的验证码接受邀请',
  })
  @Post(':id/accept')
  @Public()
  @Writes({ secretBody: true })
  @Answers(AcceptedInvitationDto)
  @ApiResponse({ status: 410 })
  async accept(@Id() id: string, @Body() { code, ...entered }: AcceptInvitationDto, @Tx() tx: Tx): Promise<AcceptedInvitationDto> {
    const link = await this.links.read('invitation', id, code);
    const newcomer = await this.newcomers.prepare({ id, link, entered }, tx);
    return this.acceptInvitation.execute({ id, link, newcomer }, tx);
  }
}
