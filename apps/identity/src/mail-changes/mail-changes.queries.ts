import type { Language } from '@ciep/kernel';
import { Database, type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';

/** The data of a mail about a change of address. */
export interface MailChangeLetter {
  readonly id: string;
  readonly mail: string;
  readonly language: Language;
  /** `mail_changed` tells the address of before. */
  readonly purpose: 'mail_change' | 'mail_taken' | 'mail_changed';
  readonly expiresAt: Date;
}

@Injectable()
export class MailChangeQueries {
  constructor(private readonly database: Database) {}

  /** The present address of an active account, in its normal form, locked like by `PasswordRecoveryQueries.holdAccount`. */
  async holdAccount(tx: Tx, accountId: string): Promise<string | undefined> {
    const [row] = await tx.query<{ mailKey: string }[]>(
      `SELECT mail_key AS "mailKey" FROM accounts WHERE id = $1 AND status = 'active' FOR NO KEY UPDATE`,
      [accountId],
    );
    return row?.mailKey;
  }

  /** The open change of an account, if there is one. */
  async openOf(tx: Tx, accountId: string): Promise<string | undefined> {
    const [row] = await tx.query<{ id: string }[]>(`SELECT id FROM mail_changes WHERE account_id = $1 AND status = 'open'`, [accountId]);
    return row?.id;
  }

  /** Whether an account has the address, in its normal form. */
  async isTaken(tx: Tx, mailKey: string): Promise<boolean> {
    const rows = await tx.query<unknown[]>('SELECT 1 FROM accounts WHERE mail_key = $1', [mailKey]);
    return rows.length > 0;
  }

  /** To whom the link of a change was mailed, whatever became of it. */
  async addressee(id: string): Promise<{ readonly mail: string; readonly language: Language } | undefined> {
    const [row] = await this.database.query<{ mail: string; language: Language }[]>(
      'SELECT mail_key AS mail, language FROM mail_changes WHERE id = $1',
      [id],
    );
    return row;
  }

  /** The mail to the new address of an open change, by its id, or to the address of before, by the id of its notice. */
  async letter(id: string): Promise<MailChangeLetter | undefined> {
    const [row] = await this.database.query<MailChangeLetter[]>(
      `SELECT id, mail_key AS mail, language, purpose, expires_at AS "expiresAt" FROM mail_changes WHERE id = $1 AND status = 'open'
       UNION ALL
       SELECT id, previous_mail, language, 'mail_changed', expires_at FROM mail_changes WHERE notice_id = $1 AND status = 'used'`,
      [id],
    );
    return row;
  }
}
