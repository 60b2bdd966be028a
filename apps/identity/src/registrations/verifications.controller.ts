import { NotFound, normalMail } from '@ciep/kernel';
import { Answers, Id, Internal } from '@ciep/platform';
import { Controller, Get } from '@nestjs/common';
import { InvitationQueries } from '../invitations/invitations.queries.js';
import { MailChangeQueries } from '../mail-changes/mail-changes.queries.js';
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
    private readonly invitations: InvitationQueries,
    private readonly mailChanges: MailChangeQueries,
    private readonly links: Links,
  ) {}

  @Get(':id')
  @Answers(VerificationLetterDto)
  async letter(@Id() id: string): Promise<VerificationLetterDto> {
    const found = await this.find(id);
    if (!found) return this.ofMailChange(id);
    const { owner, purpose, letter } = found;
    const { mail, language, expiresAt, links } = letter;
    // The link proves the normal form of the address, so the mail goes there.
    return { mail: normalMail(mail), language, purpose, expiresAt, link: await this.links.address(owner, id, links) };
  }

  private async find(id: string) {
    const registration = await this.queries.letter(id);
    if (registration) return { owner: 'registration', purpose: registration.purpose, letter: registration } as const;
    const recovery = await this.recoveries.letter(id);
    if (recovery) return { owner: 'password-recovery', purpose: 'password_recovery', letter: recovery } as const;
    const invitation = await this.invitations.letter(id);
    if (invitation) return { owner: 'invitation', purpose: 'invitation', letter: invitation } as const;
    return undefined;
  }

  private async ofMailChange(id: string): Promise<VerificationLetterDto> {
    const letter = await this.mailChanges.letter(id);
    if (!letter) throw new NotFound('verification', id);
    const { id: mailChangeId, mail, language, purpose, expiresAt } = letter;
    return { mail: normalMail(mail), language, purpose, expiresAt, link: await this.links.address('mail-change', mailChangeId, 1) };
  }
}
