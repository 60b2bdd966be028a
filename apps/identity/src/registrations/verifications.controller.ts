import { NotFound } from '@ciep/kernel';
import { Answers, Id, Internal } from '@ciep/platform';
import { Controller, Get } from '@nestjs/common';
import { Links } from './links.service.js';
import { VerificationLetterDto } from './registrations.dto.js';
import { RegistrationQueries } from './registrations.queries.js';

/** For notification: what a mail with a one-time link needs, asked when it is written. */
@Controller('internal/verifications')
@Internal()
export class VerificationsController {
  constructor(
    private readonly queries: RegistrationQueries,
    private readonly links: Links,
  ) {}

  @Get(':id')
  @Answers(VerificationLetterDto)
  async letter(@Id() id: string): Promise<VerificationLetterDto> {
    const letter = await this.queries.letter(id);
    if (!letter) throw new NotFound('verification', id);
    const { mail, language, purpose, expiresAt, links } = letter;
    return { mail, language, purpose, expiresAt, link: await this.links.address(id, links) };
  }
}
