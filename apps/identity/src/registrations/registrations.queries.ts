import type { VerificationPurpose } from '@ciep/contracts';
import type { Language, LocalizedText } from '@ciep/kernel';
import { Database, select, type Reader, type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { PersonalWords } from '../accounts/password.rules.js';

/** What makes two registrations the same, in normal forms. */
export interface Claim {
  readonly mailKey: string;
  readonly creditCode: string | null;
  readonly identifierKey: string | null;
  readonly country: string;
  /** Its organisation, if it already has one. */
  readonly organisationId?: string;
}

export interface Letter {
  readonly id: string;
  readonly mail: string;
  readonly language: Language;
  readonly purpose: VerificationPurpose;
  readonly links: number;
  readonly expiresAt: Date;
}

/** What the holder of a link is asked to confirm. */
export interface Confirmed {
  readonly organisation: LocalizedText;
  /** Its credit code, or its entry in another register. */
  readonly identity: string;
  readonly person: string;
}

const letterColumns = select<Letter>('r', ['id', 'mail', 'language', 'purpose', 'links', 'expiresAt']);

@Injectable()
export class RegistrationQueries {
  constructor(private readonly database: Database) {}

  /** Serializes claims to the same address or organisation until this transaction ends. */
  async holdClaim(tx: Tx, { mailKey, creditCode, identifierKey, country }: Claim): Promise<void> {
    const organisation = creditCode ?? `${country} ${identifierKey}`;
    for (const key of [`mail ${mailKey}`, `organisation ${organisation}`].sort()) await hold(tx, key);
  }

  /** Whether the address has an account or the organisation is active. */
  async isTaken(tx: Tx, { mailKey, creditCode, identifierKey, country, organisationId }: Claim): Promise<boolean> {
    const [row] = await tx.query<{ taken: boolean }[]>(
      `SELECT EXISTS (SELECT 1 FROM accounts WHERE mail_key = $1)
           OR EXISTS (SELECT 1 FROM organisations WHERE status = 'active' AND credit_code = $2 AND id IS DISTINCT FROM $5::uuid)
           OR EXISTS (SELECT 1 FROM organisations WHERE status = 'active' AND country = $3 AND identifier_key = $4) AS taken`,
      [mailKey, creditCode, country, identifierKey, organisationId ?? null],
    );
    return row?.taken === true;
  }

  /** The claim of a registration's organisation. */
  async claimOf(tx: Tx, registrationId: string): Promise<Claim | undefined> {
    const [row] = await tx.query<Claim[]>(
      `SELECT r.mail_key AS "mailKey", o.id AS "organisationId", o.credit_code AS "creditCode", o.identifier_key AS "identifierKey", o.country
         FROM registrations r JOIN organisations o ON o.id = r.organisation_id WHERE r.id = $1`,
      [registrationId],
    );
    return row;
  }

  /**
   * The newest five unverified registrations of an address; more would let one request send many mails. Without invitations, which
   * only an operator renews.
   */
  async waiting(tx: Tx, mailKey: string): Promise<string[]> {
    const rows = await tx.query<{ id: string }[]>(
      `SELECT id FROM registrations WHERE mail_key = $1 AND status = 'open' AND purpose = 'registration' AND role = 'organisation_admin'
        ORDER BY created_at DESC, id DESC LIMIT 5`,
      [mailKey],
    );
    return rows.map(({ id }) => id);
  }

  /** What everybody knows about the person who chooses a password by the link of a registration. */
  async personalWords(id: string, reader: Reader): Promise<PersonalWords> {
    const [row] = await reader.query<{ mail: string; names: string[] }[]>(
      `SELECT r.mail, array_remove(ARRAY[r.name, o.name_zh, o.name_en], NULL) AS names
         FROM registrations r LEFT JOIN organisations o ON o.id = r.organisation_id WHERE r.id = $1`,
      [id],
    );
    return row ?? { mail: '', names: [] };
  }

  async letter(id: string): Promise<Letter | undefined> {
    const [row] = await this.database.query<Letter[]>(`SELECT ${letterColumns} FROM registrations r WHERE r.id = $1`, [id]);
    return row;
  }

  /** What the link of a registration confirms. */
  async confirmedBy(id: string): Promise<Confirmed | undefined> {
    const [row] = await this.database.query<Confirmed[]>(
      `SELECT jsonb_build_object('zh', o.name_zh, 'en', o.name_en) AS organisation, r.name AS person,
              coalesce(o.credit_code, concat_ws(' ', o.country, o.identifier_scheme, o.identifier_value)) AS identity
         FROM registrations r JOIN organisations o ON o.id = r.organisation_id WHERE r.id = $1`,
      [id],
    );
    return row;
  }
}

/** Serializes claims to the same address, with or without a new organisation, until this transaction ends. */
export const holdAddress = (tx: Tx, mailKey: string): Promise<void> => hold(tx, `mail ${mailKey}`);

async function hold(tx: Tx, key: string): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [key]);
}
