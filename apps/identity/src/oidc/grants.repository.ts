import type { Role } from '@ciep/contracts';
import { Database, type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { rolesHeld } from '../role-grants/in-force.rules.js';
import { idHash } from './oidc-storage.repository.js';

/** The person and organisation of a grant, with the present membership. */
export interface GrantStanding {
  readonly organisationId: string | null;
  readonly roles: Role[];
  readonly partnerRegion: string | null;
}

/** A grant that is meant for the time without the person: one of its codes or refresh tokens does not end with the session. */
const outlivesSession = `EXISTS (SELECT 1 FROM oidc_payloads t
           WHERE t.kind IN ('AuthorizationCode', 'RefreshToken') AND t.account_id = g.account_id
             AND NOT coalesce((t.payload ->> 'expiresWithSession')::boolean, false) AND sha256(convert_to(t.grant_id, 'UTF8')) = g.id_hash)`;

/**
 * Records which organisation a person acted for when giving a grant. It never changes: a person who chooses another organisation
 * gives another grant, so that no refresh token ever yields tokens of two organisations (docs/rules.md#token-organisation).
 */
@Injectable()
export class Grants {
  constructor(private readonly database: Database) {}

  /** Stores the organisation and the session of a new grant. */
  async bind(
    grantId: string,
    { organisationId, sessionUid }: { organisationId: string | null; sessionUid: string | undefined },
  ): Promise<void> {
    await this.database.query(
      `UPDATE oidc_payloads SET organisation_id = $2, session_uid = $3
        WHERE kind = 'Grant' AND id_hash = $1 AND organisation_id IS NULL AND session_uid IS NULL`,
      [idHash(grantId), organisationId, sessionUid ?? null],
    );
  }

  /** The organisation of a grant, which may be none; undefined if there is no such grant. */
  async organisationOf(grantId: string): Promise<string | null | undefined> {
    const [row] = await this.database.query<{ id: string | null }[]>(
      `SELECT organisation_id AS id FROM oidc_payloads WHERE kind = 'Grant' AND id_hash = $1`,
      [idHash(grantId)],
    );
    return row?.id;
  }

  /** Whether the grant was given in the session. */
  async isOfSession(grantId: string, sessionUid: string): Promise<boolean> {
    const [row] = await this.database.query<unknown[]>(
      `SELECT 1 FROM oidc_payloads WHERE kind = 'Grant' AND id_hash = $1 AND session_uid = $2`,
      [idHash(grantId), sessionUid],
    );
    return row !== undefined;
  }

  /** Deletes the grants that were given in a session, except those of clients that stay and those that outlive it; returns their `gid`s. */
  async deleteOfSession(tx: Tx, sessionUid: string, staying: readonly string[]): Promise<string[]> {
    const deleted = await tx.query<{ hash: Buffer }[]>(
      `WITH deleted AS (DELETE FROM oidc_payloads g WHERE g.kind = 'Grant' AND g.session_uid = $1
                           AND NOT g.payload ->> 'clientId' = ANY ($2) AND NOT ${outlivesSession} RETURNING id_hash)
       SELECT id_hash AS hash FROM deleted`,
      [sessionUid, staying],
    );
    return deleted.map(({ hash }) => hash.toString('base64url'));
  }

  /** The claims of a token from a grant; without the membership, no organisation and no roles. */
  async standing(grantId: string, accountId: string): Promise<GrantStanding | undefined> {
    const [row] = await this.database.query<GrantStanding[]>(
      `SELECT o.id AS "organisationId", ${rolesHeld('$3')} AS roles, o.partner_region AS "partnerRegion"
         FROM oidc_payloads p
         JOIN memberships m ON m.account_id = $2 AND m.organisation_id = p.organisation_id
         JOIN organisations o ON o.id = m.organisation_id AND o.status = 'active'
        WHERE p.kind = 'Grant' AND p.id_hash = $1`,
      [idHash(grantId), accountId, this.database.clock.now()],
    );
    return row;
  }
}
