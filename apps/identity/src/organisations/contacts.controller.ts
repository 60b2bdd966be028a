import { normalMail } from '@ciep/kernel';
import { Answers, Internal } from '@ciep/platform';
import { Controller, Get, Query } from '@nestjs/common';
import { ContactsDto, ContactsQuery } from './organisations.dto.js';
import { OrganisationQueries } from './organisations.queries.js';

/** Recipients for notification, requested when a mail is written. */
@Controller('internal/contacts')
@Internal()
export class ContactsController {
  constructor(private readonly queries: OrganisationQueries) {}

  @Get()
  @Answers(ContactsDto)
  async list(@Query() query: ContactsQuery): Promise<ContactsDto> {
    const contacts = await this.queries.contacts(query);
    return { items: contacts.map(contact => ({ ...contact, mail: normalMail(contact.mail) })) };
  }
}
