import { About, addressOf, AnswersNothing, Id, Public, Tx, Writes } from '@ciep/platform';
import { Body, Controller, Post, Req, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiResponse } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { LinkRequests } from '../link-requests/link-requests.service.js';
import { Links } from '../registrations/links.service.js';
import { RegistrationLimit } from '../registrations/registration-limit.service.js';
import { CompletePasswordRecoveryDto, RequestPasswordRecoveryDto } from './password-recoveries.dto.js';
import { RecoverPassword } from './recover-password.use-case.js';

@About('A new password for somebody who forgot the old one 找回密码')
@Controller('password-recoveries')
@UseGuards(RegistrationLimit)
export class PasswordRecoveriesController {
  constructor(
    private readonly requests: LinkRequests,
    private readonly recoverPassword: RecoverPassword,
    private readonly links: Links,
  ) {}

  @ApiOperation({
    operationId: 'requestPasswordRecovery',
    summary: 'Ask for a link to choose a new password; the answer never shows whether the address is known 找回密码',
  })
  @Post()
  @Public()
  @Writes()
  @AnswersNothing()
  request(@Body() body: RequestPasswordRecoveryDto, @Req() request: FastifyRequest, @Tx() tx: Tx): Promise<void> {
    return this.requests.add({ ...body, purpose: 'password_recovery', address: addressOf(request) }, tx);
  }

  @ApiOperation({
    operationId: 'completePasswordRecovery',
    summary: 'Choose a new password with the code of the mailed link; every login of the account ends 设置新密码',
  })
  @Post(':id/complete')
  @Public()
  @Writes({ secretBody: true })
  @AnswersNothing()
  @ApiResponse({ status: 410 })
  async complete(@Id() id: string, @Body() body: CompletePasswordRecoveryDto, @Req() request: FastifyRequest, @Tx() tx: Tx): Promise<void> {
    const link = await this.links.read('password-recovery', id, body.code);
    const passwordHash = await this.recoverPassword.choose({ id, link, password: body.password }, tx);
    await this.recoverPassword.execute({ id, link, passwordHash, address: addressOf(request) }, tx);
  }
}
