import { Answers, AnswersNothing, Id, Public, Tx, Writes } from '@ciep/platform';
import { Body, Controller, Post, UseGuards } from '@nestjs/common';
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

  @Post()
  @Public()
  @Writes({ key: 'required', secretFields: ['password'] })
  @Answers(RegistrationDto, 201)
  async register(@Body() body: RegisterOrganisationDto, @Tx() tx: Tx): Promise<RegistrationDto> {
    const { id, expiresAt } = await this.registerOrganisation.execute(body, tx);
    return { id, status: 'pending_verification', expiresAt };
  }

  @Post('resend')
  @Public()
  @Writes()
  @AnswersNothing()
  resendTo(@Body() body: ResendLinkDto, @Tx() tx: Tx): Promise<void> {
    return this.resendLink.executeFor(body.mail, tx);
  }

  @Post(':id/resend')
  @Public()
  @Writes()
  @AnswersNothing()
  resend(@Id() id: string, @Tx() tx: Tx): Promise<void> {
    return this.resendLink.execute(id, tx);
  }

  @Post(':id/verify')
  @Public()
  @Writes()
  @Answers(VerifiedDto)
  async verify(@Id() id: string, @Body() body: VerifyRegistrationDto, @Tx() tx: Tx): Promise<VerifiedDto> {
    return this.verifyRegistration.execute({ id, link: await this.links.read(id, body.code) }, tx);
  }
}
