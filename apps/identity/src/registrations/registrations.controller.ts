import { Answers, AnswersNothing, Id, Public, Tx, Writes } from '@ciep/platform';
import { Body, Controller, Post, UseGuards } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { Links } from './links.service.js';
import { RegistrationLimit } from './registration-limit.service.js';
import { RegisterOrganisation } from './register-organisation.use-case.js';
import { RegisterOrganisationDto, RegistrationDto, ResendLinkDto, VerifiedDto, VerifyRegistrationDto } from './registrations.dto.js';
import { ResendLink } from './resend-link.use-case.js';
import { VerifyRegistration } from './verify-registration.use-case.js';

@Controller('registrations')
@UseGuards(RegistrationLimit)
export class RegistrationsController {
  constructor(
    private readonly registerOrganisation: RegisterOrganisation,
    private readonly resendLink: ResendLink,
    private readonly verifyRegistration: VerifyRegistration,
    private readonly links: Links,
  ) {}

  @ApiOperation({ summary: 'Register an organisation; its contact gets a mail with a one-use link 注册单位' })
  @Post()
  @Public()
  @Writes({ key: 'required', secretFields: ['password'] })
  @Answers(RegistrationDto, 201)
  async register(@Body() body: RegisterOrganisationDto, @Tx() tx: Tx): Promise<RegistrationDto> {
    const { id, expiresAt } = await this.registerOrganisation.execute(body, tx);
    return { id, status: 'pending_verification', expiresAt };
  }

  @ApiOperation({ summary: 'Send the link again to a mail address; the answer never tells whether there is one' })
  @Post('resend')
  @Public()
  @Writes()
  @AnswersNothing()
  resendTo(@Body() body: ResendLinkDto, @Tx() tx: Tx): Promise<void> {
    return this.resendLink.executeFor(body.mail, tx);
  }

  @ApiOperation({ summary: 'Send the link of a registration again' })
  @Post(':id/resend')
  @Public()
  @Writes()
  @AnswersNothing()
  resend(@Id() id: string, @Tx() tx: Tx): Promise<void> {
    return this.resendLink.execute(id, tx);
  }

  @ApiOperation({ summary: 'Prove the mail address with the code of the link; the organisation is active then' })
  @Post(':id/verify')
  @Public()
  @Writes()
  @Answers(VerifiedDto)
  async verify(@Id() id: string, @Body() body: VerifyRegistrationDto, @Tx() tx: Tx): Promise<VerifiedDto> {
    return this.verifyRegistration.execute({ id, link: await this.links.read(id, body.code) }, tx);
  }
}
