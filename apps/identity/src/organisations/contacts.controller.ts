import { Answers, Internal } from '@ciep/platform';
import { Controller, Get, Query } from '@nestjs/common';
import { ContactsDto, ContactsQuery } from './organisations.dto.js';
import { OrganisationQueries } from './organisations.queries.js';

/** For notification: whom to write to, asked when a mail is written. */
@Controller('internal/contacts')
@Internal()
export class ContactsController {
  constructor(private readonly queries: OrganisationQueries) {}

  @Get()
  @Answers(ContactsDto)
  async list(@Query() query: ContactsQuery): Promise<ContactsDto> {
    return { items: await this.queries.contacts(query) };
  }
}
