import { things, type Audience, type ThingKind } from '@ciep/contracts';
import { languages } from '@ciep/kernel';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { InternalReads } from './internal-reads.service.js';
import { MailUndeliverable } from './mail.errors.js';

const verification = z.object({
  mail: z.string(),
  language: z.enum(languages),
  link: z.url({ protocol: /^https?$/ }),
  expiresAt: z.iso.datetime({ offset: true }),
});
const contacts = z.object({ items: z.array(z.object({ mail: z.string(), language: z.enum(languages), name: z.string() })) });

/** A one-time link and its recipient. */
export type Verification = z.infer<typeof verification>;
/** A recipient. */
export type Contact = z.infer<typeof contacts>['items'][number];

/** The query for the contacts of an audience; a unit of the organizer is an organisation, too. */
const contactsBy: Readonly<Record<Exclude<Audience, 'verification'>, string>> = {
  organisation: 'organisationId',
  unit: 'organisationId',
  region: 'regionCode',
  person: 'personId',
};

/** Asks the owning services for recipients and for readable names of things. Throws `MailUndeliverable`. */
@Injectable()
export class Directory {
  constructor(private readonly reads: InternalReads) {}

  verification(id: string): Promise<Verification> {
    return this.reads.ask('identity', `verifications/${encodeURIComponent(id)}`, verification, 'recipient_unknown');
  }

  /** Throws `recipient_unknown` if there is nobody. */
  async contacts(audience: Exclude<Audience, 'verification'>, key: string): Promise<Contact[]> {
    const query = new URLSearchParams({ [contactsBy[audience]]: key }).toString();
    const { items } = await this.reads.ask('identity', `contacts?${query}`, contacts, 'recipient_unknown');
    if (items.length === 0) throw new MailUndeliverable('recipient_unknown');
    return items;
  }

  /** Throws `thing_unknown` if its owner does not know it, because a mail without the name of its subject must not be sent. */
  thing(kind: ThingKind, id: string): Promise<object> {
    const { service, path, answer } = things[kind];
    return this.reads.ask<object>(service, `${path}/${encodeURIComponent(id)}`, answer, 'thing_unknown');
  }
}
