import { createHash } from 'node:crypto';
import { Clock, normalMail, type Language } from '@ciep/kernel';
import { inOneLanguage } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { NotificationConfig } from '../notification.config.js';
import { Directory } from './directory.service.js';
import { Letters } from './letters.service.js';
import { MailUndeliverable } from './mail.errors.js';
import type { MailOrder } from './mail-queue.service.js';
import type { AddressedLetter } from './post-office.service.js';

/** One recipient of a mail, with the data of that letter only. */
export interface Addressee {
  readonly mail: string;
  readonly language: Language;
  readonly name: string | null;
  readonly more: Readonly<Record<string, unknown>>;
}

/** One plain address: nothing that a mail server could read as a second one, a route or a header. */
const oneAddress = /^[^\s<>()[\]\\,;:"@\p{Cc}]{1,64}@[^\s<>()[\]\\,;:"@\p{Cc}]{1,189}$/u;
const digestOf = (address: string): string => createHash('sha256').update(normalMail(address)).digest('base64url').slice(0, 22);

/** Turns an order into letters, one per recipient, in the recipient's language. */
@Injectable()
export class MailWriter {
  constructor(
    private readonly directory: Directory,
    private readonly letters: Letters,
    private readonly config: NotificationConfig,
    private readonly clock: Clock,
  ) {}

  /** The readable names of the order's things. Throws `MailUndeliverable`. */
  async things({ template, data }: MailOrder): Promise<Record<string, object>> {
    const found: Record<string, object> = {};
    for (const kind of this.letters.thingsIn(template)) {
      const id = data[`${kind}Id`];
      if (typeof id === 'string') found[kind] = await this.directory.thing(kind, id);
    }
    return found;
  }

  /** Throws `MailUndeliverable`: `address_invalid` or `template_broken`. */
  async letterFor(mailId: string, order: MailOrder, things: object, addressee: Addressee): Promise<AddressedLetter> {
    const { template, data } = order;
    const { mail, language, name, more } = addressee;
    if (!oneAddress.test(mail)) throw new MailUndeliverable('address_invalid');
    const known = { ...data, ...inOneLanguage(things, language), ...more, name };
    const letter = await this.letters.write(template, language, known).catch((error: unknown) => {
      throw new MailUndeliverable('template_broken', error);
    });
    const messageId = `<${mailId}.${digestOf(mail)}@${this.config.mailFrom.split('@')[1] ?? 'localhost'}>`;
    return { ...letter, messageId, mailId, template, language, to: { name: name ?? '', address: mail } };
  }

  /** All present recipients of the mail, from identity. Throws `MailUndeliverable`. */
  async addressees({ to }: MailOrder): Promise<Addressee[]> {
    if (to.kind !== 'verification') return (await this.directory.contacts(to.kind, to.key)).map(contact => ({ ...contact, more: {} }));
    const { mail, language, link, expiresAt } = await this.directory.verification(to.key);
    if (new Date(expiresAt) <= this.clock.now()) throw new MailUndeliverable('link_expired');
    return [{ mail, language, name: null, more: { link, expiresAt } }];
  }
}
