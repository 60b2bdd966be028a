import type { Role } from '@ciep/contracts';
import { Database } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { idHash } from './oidc-storage.repository.js';

/** The person and organisation of a grant, with the present membership. */
export interface GrantStanding {
  readonly organisationId: string | null;
  readonly roles: Role[];
  readonly partnerRegion: string | null;
}

/** The organisation that the person `$2` acts for. */
const organisationOfPerson = `SELECT organisation_id FROM memberships WHERE account_id = $2 ORDER BY created_at, id LIMIT 1`;

/**
 * Records which organisation a person acted for when giving a grant. It never changes: a person who moves to another organisation gives a
 * new grant, so that an old refresh token cannot yield tokens of the new organisation (docs/rules.md#token-organisation).
 */
@Injectable()
export class Grants {
  constructor(private readonly database: Database) {}

  /** Stores the organisation of a new grant. */
  async bind(grantId: string, accountId: string): Promise<void> {
    await this.database.query(
      `UPDATE oidc_payloads SET organisation_id = (${organisationOfPerson})
        WHERE kind = 'Grant' AND id_hash = $1 AND organisation_id IS NULL`,
      [idHash(grantId), accountId],
    );
  }

  /** Whether the person still acts for the organisation of the grant. */
  async isCurrent(grantId: string, accountId: string): Promise<boolean> {
    const [row] = await this.database.query<unknown[]>(
      `SELECT 1 FROM oidc_payloads WHERE kind = 'Grant' AND id_hash = $1
          AND organisation_id IS NOT DISTINCT FROM (${organisationOfPerson})`,
      [idHash(grantId), accountId],
    );
    return row !== undefined;
  }

  /** The claims of a token from a grant; without the membership, no organisation and no roles. */
  async standing(grantId: string, accountId: string): Promise<GrantStanding | undefined> {
    const [row] = await this.database.query<GrantStanding[]>(
      `SELECT o.id AS "organisationId", m.roles, o.partner_region AS "partnerRegion"
         FROM oidc_payloads g
         JOIN memberships m ON m.account_id = $2 AND m.organisation_id = g.organisation_id
         JOIN organisations o ON o.id = m.organisation_id AND o.status = 'active'
        WHERE g.kind = 'Grant' AND g.id_hash = $1`,
      [idHash(grantId), accountId],
    );
    return row;
  }
}
