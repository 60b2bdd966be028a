import type { Role } from '@ciep/contracts';
import type { Language, LocalizedText } from '@ciep/kernel';
import { Database } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { mostOrganisations } from './me.dto.js';
import { rolesHeld } from '../role-grants/in-force.rules.js';

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

/** An organisation that a person belongs to, and the roles there. */
export interface OwnOrganisation {
  readonly id: string;
  readonly name: LocalizedText;
  readonly kind: string;
  readonly roles: Role[];
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

  /** The active organisations that a person belongs to, in the order of joining. */
  organisationsOf(accountId: string): Promise<OwnOrganisation[]> {
    return this.database.query(
      `SELECT o.id, jsonb_build_object('zh', o.name_zh, 'en', o.name_en) AS name, o.kind, ${rolesHeld('$2')} AS roles
         FROM memberships m JOIN organisations o ON o.id = m.organisation_id AND o.status = 'active'
        WHERE m.account_id = $1 ORDER BY m.created_at, m.id LIMIT ${mostOrganisations}`,
      [accountId, this.database.clock.now()],
    );
  }
}
