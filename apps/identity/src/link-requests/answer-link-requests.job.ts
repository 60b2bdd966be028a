import type { Language } from '@ciep/kernel';
import { DueRows, Job, type DueRow, type Tx } from '@ciep/platform';
import { MailRecoveryLink } from '../passwords/mail-recovery-link.use-case.js';
import { ResendLink } from '../registrations/resend-link.use-case.js';
import type { LinkPurpose } from './link-requests.service.js';

interface Row extends DueRow {
  readonly purpose: LinkPurpose;
  readonly mailKey: string;
  readonly language: Language | null;
}

/** Mails the requested links to known addresses, and deletes the requests (docs/rules.md#link-requests). */
@Job()
export class AnswerLinkRequests extends DueRows<Row> {
  constructor(
    private readonly resendLink: ResendLink,
    private readonly mailRecoveryLink: MailRecoveryLink,
  ) {
    super();
  }

  async claim(tx: Tx, _now: Date, skip: readonly string[]): Promise<Row | undefined> {
    const [row] = await tx.query<Row[]>(
      `SELECT id, purpose, mail_key AS "mailKey", language, traceparent FROM link_requests
        WHERE NOT id = ANY($1::uuid[]) ORDER BY requested_at LIMIT 1 FOR UPDATE SKIP LOCKED`,
      [skip],
    );
    return row;
  }

  async handle({ id, purpose, mailKey, language }: Row, tx: Tx): Promise<void> {
    if (purpose === 'registration') await this.resendLink.executeFor(mailKey, tx);
    else await this.mailRecoveryLink.execute({ mailKey, language }, tx);
    await tx.query('DELETE FROM link_requests WHERE id = $1', [id]);
  }
}
