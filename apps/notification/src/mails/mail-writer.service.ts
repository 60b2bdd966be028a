import { createHash } from 'node:crypto';
import { Clock, type Language } from '@ciep/kernel';
import { Injectable } from '@nestjs/common';
import { NotificationConfig } from '../notification.config.js';
import { IdentityDirectory, type Contact } from './identity-directory.service.js';
import { Letters } from './letters.service.js';
import { MailUndeliverable } from './mail.errors.js';
import type { MailOrder } from './mail-queue.service.js';
import type { AddressedLetter } from './post-office.service.js';

/** One person a mail is for, and what only the letter to that person says. */
export interface Addressee {
  readonly mail: string;
  readonly language: Language;
  readonly name: string | null;
  readonly more: Readonly<Record<string, unknown>>;
}

/** One plain address: nothing that a mail server could read as a second one, a route or a header. */
const oneAddress = /^[^\s<>()[\]\\,;:"@\p{Cc}]{1,64}@[^\s<>()[\]\\,;:"@\p{Cc}]{1,189}$/u;
const digestOf = (address: string): string => createHash('sha256').update(address.toLowerCase()).digest('base64url').slice(0, 22);

/** Turns an order into letters, one for each person it concerns, in that person's language. */
@Injectable()
export class MailWriter {
  constructor(
    private readonly directory: IdentityDirectory,
    private readonly letters: Letters,
    private readonly config: NotificationConfig,
    private readonly clock: Clock,
  ) {}

  /** Throws `MailUndeliverable`: `address_invalid` or `template_broken`. */
  async letterFor(mailId: string, { template, data }: MailOrder, { mail, language, name, more }: Addressee): Promise<AddressedLetter> {
    if (!oneAddress.test(mail)) throw new MailUndeliverable('address_invalid');
    const letter = await this.letters.write(template, language, { ...data, ...more, name }).catch((error: unknown) => {
      throw new MailUndeliverable('template_broken', error);
    });
    const messageId = `<${mailId}.${digestOf(mail)}@${this.config.mailFrom.split('@')[1] ?? 'localhost'}>`;
    return { ...letter, messageId, mailId, template, language, to: { name: name ?? '', address: mail } };
  }

  /** Everybody the mail is for, as identity knows them now. Throws `MailUndeliverable`. */
  async addressees({ to, data }: MailOrder): Promise<Addressee[]> {
    if (to.kind === 'verification') {
      const { mail, language, link, expiresAt } = await this.directory.verification(to.key);
      if (new Date(expiresAt) <= this.clock.now()) throw new MailUndeliverable('link_expired');
      return [{ mail, language, name: null, more: { link, expiresAt } }];
    }
    const found = await this.directory.contacts(to.kind === 'organisation' ? { organisationId: to.key } : { regionCode: to.key });
    const { organisationId } = data;
    const applicant = to.kind === 'region' && typeof organisationId === 'string' ? await this.nameOf(organisationId) : undefined;
    return found.map(({ mail, language, name, organisationName }) => ({
      mail,
      language,
      name,
      more: {
        organisationName: organisationName[language],
        ...(applicant !== undefined && { applicantName: applicant[language] }),
      },
    }));
  }

  /** The name of the organisation that a partner is told about; its id when nobody of it is known. */
  private async nameOf(organisationId: string): Promise<Contact['organisationName']> {
    const [first] = await this.directory.contacts({ organisationId }).catch((error: unknown) => {
      if (error instanceof MailUndeliverable && error.isFinal) return [];
      throw error;
    });
    return first?.organisationName ?? { zh: organisationId, en: organisationId };
  }
}
