import { NotFound, normalMail } from '@ciep/kernel';
import { Answers, Id, Internal } from '@ciep/platform';
import { Controller, Get } from '@nestjs/common';
import { PasswordRecoveryQueries } from '../passwords/password-recoveries.queries.js';
import { Links } from './links.service.js';
import { VerificationLetterDto } from './registrations.dto.js';
import { RegistrationQueries } from './registrations.queries.js';

/** The data of a mail with a one-time link, requested by notification when it is written. */
@Controller('internal/verifications')
@Internal()
export class VerificationsController {
  constructor(
    private readonly queries: RegistrationQueries,
    private readonly recoveries: PasswordRecoveryQueries,
    private readonly links: Links,
  ) {}

  @Get(':id')
  @Answers(VerificationLetterDto)
  async letter(@Id() id: string): Promise<VerificationLetterDto> {
    const registration = await this.queries.letter(id);
    const letter = registration ?? (await this.recoveries.letter(id));
    if (!letter) throw new NotFound('verification', id);
    const { mail, language, expiresAt, links } = letter;
    const [purpose, owner] = registration
      ? ([registration.purpose, 'registration'] as const)
      : (['password_recovery', 'password-recovery'] as const);
    // The link proves the normal form of the address, so the mail goes there.
    return { mail: normalMail(mail), language, purpose, expiresAt, link: await this.links.address(owner, id, links) };
  }
}
