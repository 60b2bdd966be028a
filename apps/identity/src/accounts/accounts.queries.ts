import type { Role } from '@ciep/contracts';
import type { Language } from '@ciep/kernel';
import { Database, type Reader } from '@ciep/platform';
import { Injectable } from '@nestjs/common';

export interface Credentials {
  /** Null while the mail address is not proven yet. */
  readonly accountId: string | null;
  readonly passwordHash: string;
}

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly mail: string;
  readonly language: Language;
}

/** The organisation somebody acts for, and as what. */
export interface Standing {
  readonly organisationId: string;
  readonly roles: Role[];
  readonly partnerRegion: string | null;
}

@Injectable()
export class AccountQueries {
  constructor(private readonly database: Database) {}

  /** What a password is checked against: the account's, or that of the newest registration still waiting for its proof. */
  async credentialsOf(mail: string): Promise<Credentials | undefined> {
    const [row] = await this.database.query<Credentials[]>(
      `SELECT "accountId", "passwordHash" FROM (
         SELECT a.id AS "accountId", a.password_hash AS "passwordHash", 0 AS turn, a.created_at FROM accounts a WHERE a.mail = $1 AND a.status = 'active'
         UNION ALL
         SELECT NULL, r.password_hash, 1, r.created_at FROM registrations r
          WHERE r.mail = $1 AND r.status = 'open' AND r.password_hash IS NOT NULL AND NOT EXISTS (SELECT 1 FROM accounts a WHERE a.mail = $1)
       ) found ORDER BY turn, created_at DESC LIMIT 1`,
      [mail],
    );
    return row;
  }

  /** Somebody who may log in. */
  async person(id: string): Promise<Person | undefined> {
    const [row] = await this.database.query<Person[]>(`SELECT id, name, mail, language FROM accounts WHERE id = $1 AND status = 'active'`, [
      id,
    ]);
    return row;
  }

  /** The membership of a person; that of one organisation if it is named. */
  async standingOf(accountId: string, organisationId?: string, reader: Reader = this.database): Promise<Standing | undefined> {
    const [row] = await reader.query<Standing[]>(
      `SELECT m.organisation_id AS "organisationId", m.roles, o.partner_region AS "partnerRegion"
         FROM memberships m JOIN organisations o ON o.id = m.organisation_id AND o.status = 'active'
        WHERE m.account_id = $1 AND ($2::uuid IS NULL OR m.organisation_id = $2)`,
      [accountId, organisationId ?? null],
    );
    return row;
  }
}
