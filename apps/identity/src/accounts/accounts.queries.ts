import type { Role } from '@ciep/contracts';
import type { Language } from '@ciep/kernel';
import { Database, select, type Reader } from '@ciep/platform';
import { Injectable } from '@nestjs/common';

export interface Credentials {
  readonly accountId: string;
  readonly passwordHash: string;
}

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly mail: string;
  readonly language: Language;
}

/** The organisation that a person acts for, and the roles there. */
export interface Standing {
  readonly organisationId: string;
  readonly roles: Role[];
  readonly partnerRegion: string | null;
}

@Injectable()
export class AccountQueries {
  constructor(private readonly database: Database) {}

  /** The stored password hash; `mail` in its normal form. */
  async credentialsOf(mail: string): Promise<Credentials | undefined> {
    const [row] = await this.database.query<Credentials[]>(
      `SELECT id AS "accountId", password_hash AS "passwordHash" FROM accounts WHERE mail_key = $1 AND status = 'active'`,
      [mail],
    );
    return row;
  }

  /** The stored password hash of a person, with the mail address in its normal form. */
  async credentialsOfPerson(id: string): Promise<{ readonly mail: string; readonly passwordHash: string } | undefined> {
    const [row] = await this.database.query<{ mail: string; passwordHash: string }[]>(
      `SELECT mail_key AS mail, password_hash AS "passwordHash" FROM accounts WHERE id = $1 AND status = 'active'`,
      [id],
    );
    return row;
  }

  /** A person who may log in. */
  async person(id: string): Promise<Person | undefined> {
    const [row] = await this.database.query<Person[]>(`SELECT id, name, mail, language FROM accounts WHERE id = $1 AND status = 'active'`, [
      id,
    ]);
    return row;
  }

  /** The first membership of a person, or that in the given organisation. */
  async standingOf(accountId: string, organisationId?: string, reader: Reader = this.database): Promise<Standing | undefined> {
    const [row] = await reader.query<Standing[]>(
      `SELECT ${select<Standing>('m', ['organisationId', 'roles'], { partnerRegion: 'o.partner_region' })}
         FROM memberships m JOIN organisations o ON o.id = m.organisation_id AND o.status = 'active'
        WHERE m.account_id = $1 AND ($2::uuid IS NULL OR m.organisation_id = $2)
        ORDER BY m.created_at, m.id LIMIT 1`,
      [accountId, organisationId ?? null],
    );
    return row;
  }
}
