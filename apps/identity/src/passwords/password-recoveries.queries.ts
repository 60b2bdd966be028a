import type { Language, LocalizedText } from '@ciep/kernel';
import { Database, type Reader, type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { PersonalWords } from '../accounts/password.rules.js';

/** A person who may log in, as a recovery sees it. */
export interface Forgetful {
  readonly accountId: string;
  readonly language: Language;
}

/** The data of the mail with the link. */
export interface RecoveryLetter {
  readonly mail: string;
  readonly language: Language;
  readonly links: number;
  readonly expiresAt: Date;
}

@Injectable()
export class PasswordRecoveryQueries {
  constructor(private readonly database: Database) {}

  /** The active account of a mail address in its normal form, locked like by {@link holdAccount}. */
  async forgetful(tx: Tx, mailKey: string): Promise<Forgetful | undefined> {
    const [row] = await tx.query<Forgetful[]>(
      `SELECT id AS "accountId", language FROM accounts WHERE mail_key = $1 AND status = 'active' FOR NO KEY UPDATE`,
      [mailKey],
    );
    return row;
  }

  /**
   * Serializes what concerns the password of an account until this transaction ends. Every such transaction locks the account first, so
   * that none waits for another that waits for it.
   */
  async holdAccount(tx: Tx, accountId: string): Promise<void> {
    await tx.query('SELECT 1 FROM accounts WHERE id = $1 FOR NO KEY UPDATE', [accountId]);
  }

  /** The recovery of an account, if it ever had one. */
  async recoveryOf(tx: Tx, accountId: string): Promise<string | undefined> {
    const [row] = await tx.query<{ id: string }[]>('SELECT id FROM password_recoveries WHERE account_id = $1', [accountId]);
    return row?.id;
  }

  async letter(id: string): Promise<RecoveryLetter | undefined> {
    const [row] = await this.database.query<RecoveryLetter[]>(
      `SELECT a.mail_key AS mail, r.language, r.links, r.expires_at AS "expiresAt"
         FROM password_recoveries r JOIN accounts a ON a.id = r.account_id WHERE r.id = $1`,
      [id],
    );
    return row;
  }

  /** What everybody knows about the person who chooses a password by this recovery. */
  ofRecovery(id: string, reader: Reader): Promise<PersonalWords> {
    return this.words('a.id = (SELECT account_id FROM password_recoveries WHERE id = $1)', id, reader);
  }

  /** The same about the person of an account. */
  ofAccount(id: string, reader: Reader): Promise<PersonalWords> {
    return this.words('a.id = $1', id, reader);
  }

  private async words(condition: string, id: string, reader: Reader): Promise<PersonalWords> {
    const rows = await reader.query<{ mail: string; person: string; organisation: LocalizedText | null }[]>(
      `SELECT a.mail, a.name AS person, jsonb_build_object('zh', o.name_zh, 'en', o.name_en) AS organisation
         FROM accounts a LEFT JOIN memberships m ON m.account_id = a.id LEFT JOIN organisations o ON o.id = m.organisation_id WHERE ${condition}`,
      [id],
    );
    const mail = rows[0]?.mail ?? '';
    return { mail, names: rows.flatMap(({ person, organisation }) => [person, organisation?.zh ?? '', organisation?.en ?? '']) };
  }
}
