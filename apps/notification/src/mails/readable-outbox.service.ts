import { Clock, newId, normalMail } from '@ciep/kernel';
import type { Database } from '@ciep/platform';
import { PostOffice, type AddressedLetter } from './post-office.service.js';

/** The mail system in development: it stores mails where anybody on the machine can read them. */
export class ReadableOutbox extends PostOffice {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    super();
  }

  async send({ messageId, mailId, to, language, template, subject, text }: AddressedLetter): Promise<void> {
    await this.database.query(
      `INSERT INTO development_mails (id, message_id, mail_id, recipient, language, template, subject, body, sent_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (message_id) DO NOTHING`,
      [newId(), messageId, mailId, normalMail(to.address), language, template, subject, text, this.clock.now()],
    );
  }
}
