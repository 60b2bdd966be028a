import { About, addressOf, Answers, AnswersNothing, Id, Public, Tx, Writes } from '@ciep/platform';
import { Body, Controller, Post, Req, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiResponse } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { LinkRequests } from '../link-requests/link-requests.service.js';
import { Links } from './links.service.js';
import { RegistrationLimit } from './registration-limit.service.js';
import { RegisterOrganisation } from './register-organisation.use-case.js';
import { RegisterOrganisationDto, RegistrationDto, ResendLinkDto, VerifiedDto, VerifyRegistrationDto } from './registrations.dto.js';
import { ResendLink } from './resend-link.use-case.js';
import { VerifyRegistration } from './verify-registration.use-case.js';

@About('Registration of organisations, and proof of their mail addresses 注册：单位注册与邮箱验证')
@Controller('registrations')
@UseGuards(RegistrationLimit)
export class RegistrationsController {
  constructor(
    private readonly registerOrganisation: RegisterOrganisation,
    private readonly resendLink: ResendLink,
    private readonly verifyRegistration: VerifyRegistration,
    private readonly links: Links,
    private readonly requests: LinkRequests,
  ) {}

  @ApiOperation({
    operationId: 'registerOrganisation',
    summary: 'Register an organisation; its contact gets a mail with a one-use link 注册单位',
  })
  @Post()
  @Public()
  @Writes({ key: 'required', secretBody: true })
  @Answers(RegistrationDto, 201)
  async register(@Body() body: RegisterOrganisationDto, @Req() request: FastifyRequest, @Tx() tx: Tx): Promise<RegistrationDto> {
    const { password: _unused, ...form } = body;
    const { id, expiresAt } = await this.registerOrganisation.execute({ ...form, address: addressOf(request) }, tx);
    return { id, status: 'pending_verification', expiresAt };
  }

  @ApiOperation({
    operationId: 'resendLinkByMail',
    summary: 'Send the link again to a mail address; the answer never shows whether it is known 向邮箱重新发送链接',
  })
  @Post('resend')
  @Public()
  @Writes()
  @AnswersNothing()
  resendTo(@Body() body: ResendLinkDto, @Req() request: FastifyRequest, @Tx() tx: Tx): Promise<void> {
    return this.requests.add({ purpose: 'registration', mail: body.mail, address: addressOf(request) }, tx);
  }

  @ApiOperation({ operationId: 'resendLink', summary: 'Send the link of a registration again 重新发送注册链接' })
  @Post(':id/resend')
  @Public()
  @Writes()
  @AnswersNothing()
  resend(@Id() id: string, @Tx() tx: Tx): Promise<void> {
    return this.resendLink.execute(id, tx);
  }

  @ApiOperation({
    operationId: 'verifyRegistration',
    summary:
      'Prove the mail address with the code of the link and choose the password; the organisation is active then 凭链接中的验证码确认邮箱并设置密码',
  })
  @Post(':id/verify')
  @Public()
  @Writes({ secretBody: true })
  @Answers(VerifiedDto)
  @ApiResponse({ status: 410 })
  async verify(@Id() id: string, @Body() body: VerifyRegistrationDto, @Tx() tx: Tx): Promise<VerifiedDto> {
    const link = await this.links.read('registration', id, body.code);
    const passwordHash = await this.verifyRegistration.choose({ id, link, password: body.password }, tx);
    return this.verifyRegistration.execute({ id, link, passwordHash }, tx);
  }
}
