import type { VerificationPurpose } from '@ciep/contracts';
import type { Language } from '@ciep/kernel';
import { Database, type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { Identifier } from '../organisations/organisation.rules.js';

/** What makes two registrations the same. */
export interface Claim {
  readonly mail: string;
  readonly creditCode: string | null;
  readonly identifier: Identifier | null;
  readonly country: string;
  /** Its organisation, where it has one already. */
  readonly organisationId?: string;
}

export interface Letter {
  readonly id: string;
  readonly mail: string;
  readonly language: Language;
  readonly purpose: VerificationPurpose;
  readonly links: number;
  readonly expiresAt: Date;
  /** Whether the person chooses a password with the link. */
  readonly asksPassword: boolean;
}

@Injectable()
export class RegistrationQueries {
  constructor(private readonly database: Database) {}

  /** Makes everybody who claims the same address or organisation wait until this transaction ends. */
  async holdClaim(tx: Tx, { mail, creditCode, identifier, country }: Claim): Promise<void> {
    const organisation = creditCode ?? `${country} ${identifier?.scheme} ${identifier?.value}`;
    for (const key of [`mail ${mail}`, `organisation ${organisation}`].sort()) {
      await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [key]);
    }
  }

  /** Whether the address has an account or the organisation is active. */
  async isTaken(tx: Tx, { mail, creditCode, identifier, country, organisationId }: Claim): Promise<boolean> {
    const [row] = await tx.query<{ taken: boolean }[]>(
      `SELECT EXISTS (SELECT 1 FROM accounts WHERE mail = $1)
           OR EXISTS (SELECT 1 FROM organisations WHERE status = 'active' AND credit_code = $2 AND id IS DISTINCT FROM $6::uuid)
           OR EXISTS (SELECT 1 FROM organisations WHERE status = 'active' AND country = $3 AND identifier_scheme = $4 AND identifier_value = $5) AS taken`,
      [mail, creditCode, country, identifier?.scheme ?? null, identifier?.value ?? null, organisationId ?? null],
    );
    return row?.taken === true;
  }

  /** The claim of a registration's organisation. */
  async claimOf(tx: Tx, registrationId: string): Promise<Claim | undefined> {
    const [row] = await tx.query<
      { mail: string; organisationId: string; creditCode: string | null; scheme: string | null; value: string | null; country: string }[]
    >(
      `SELECT r.mail, o.id AS "organisationId", o.credit_code AS "creditCode", o.identifier_scheme AS scheme, o.identifier_value AS value, o.country
         FROM registrations r JOIN organisations o ON o.id = r.organisation_id WHERE r.id = $1`,
      [registrationId],
    );
    if (!row) return undefined;
    const { scheme, value, ...claim } = row;
    return { ...claim, identifier: scheme !== null && value !== null ? { scheme, value } : null };
  }

  /** The newest registration of an address that waits for its proof. */
  async newestOpen(tx: Tx, mail: string): Promise<string | undefined> {
    const [row] = await tx.query<{ id: string }[]>(
      `SELECT id FROM registrations WHERE mail = $1 AND status = 'open' AND purpose = 'registration' ORDER BY created_at DESC, id DESC LIMIT 1`,
      [mail],
    );
    return row?.id;
  }

  async letter(id: string): Promise<Letter | undefined> {
    const [row] = await this.database.query<Letter[]>(
      `SELECT id, mail, language, purpose, links, expires_at AS "expiresAt",
              role = 'platform_admin' AS "asksPassword" FROM registrations WHERE id = $1`,
      [id],
    );
    return row;
  }

  /** The name of the organisation whose link somebody holds. */
  async organisationOf(id: string): Promise<{ zh: string; en: string } | undefined> {
    const [row] = await this.database.query<{ zh: string; en: string }[]>(
      `SELECT o.name_zh AS zh, o.name_en AS en FROM registrations r JOIN organisations o ON o.id = r.organisation_id WHERE r.id = $1`,
      [id],
    );
    return row;
  }
}
