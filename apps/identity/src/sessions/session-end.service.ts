import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { grantSeconds } from '../oidc/provider-lives.rules.js';
import { Revocations } from '../oidc/revocations.service.js';
import { SessionQueries } from './sessions.queries.js';

/** All that the sessions `$2` of the person `$1` have given. */
const grants = `
  SELECT given.value ->> 'grantId' AS id FROM oidc_payloads p, jsonb_each(p.payload -> 'authorizations') given
   WHERE p.kind = 'Session' AND p.account_id = $1 AND p.uid = ANY($2)
  UNION
  SELECT p.grant_id FROM oidc_payloads p WHERE p.account_id = $1 AND p.payload ->> 'sessionUid' = ANY($2) AND p.grant_id IS NOT NULL`;

/**
 * Ends sessions of a person with their grants, codes and tokens (docs/rules.md#sessions). A request under way may store a session or a
 * token afterwards; so the ended sessions are remembered, and the storage of the provider finds nothing of them any more (`hasEnded`).
 */
@Injectable()
export class SessionEnd {
  constructor(
    private readonly revocations: Revocations,
    private readonly sessions: SessionQueries,
  ) {}

  /** Ends sessions, by the provider's names for them. */
  async end(accountId: string, uids: readonly string[], tx: Tx): Promise<void> {
    // Two sessions that end each other would otherwise wait for each other's rows.
    await tx.query('SELECT 1 FROM accounts WHERE id = $1 FOR NO KEY UPDATE', [accountId]);
    await tx.query(
      `INSERT INTO oidc_payloads (kind, id_hash, payload, expires_at)
       SELECT 'EndedSession', sha256(convert_to(uid, 'UTF8')), '{}', now() + interval '${grantSeconds} seconds' FROM unnest($1::text[]) uid
       ON CONFLICT DO NOTHING`,
      [uids],
    );
    const ended = await tx.query<{ hash: Buffer }[]>(
      `WITH given AS (${grants}), ended AS (
         DELETE FROM oidc_payloads p WHERE p.account_id = $1 AND (
           (p.kind = 'Session' AND p.uid = ANY($2)) OR p.payload ->> 'sessionUid' = ANY($2) OR p.grant_id IN (SELECT id FROM given)
           OR (p.kind = 'Grant' AND (p.session_uid = ANY($2) OR p.id_hash IN (SELECT sha256(convert_to(id, 'UTF8')) FROM given))))
         RETURNING p.kind, p.id_hash)
       SELECT id_hash AS hash FROM ended WHERE kind = 'Grant'`,
      [accountId, uids],
    );
    for (const { hash } of ended) await this.revocations.endGrant(tx, hash.toString('base64url'));
  }

  /** Ends every session of a person but the one to which a grant belongs (by its mark, claim `gid`). */
  async endOthers(accountId: string, gid: string | undefined, tx: Tx): Promise<void> {
    await this.end(accountId, await this.sessions.othersThan(accountId, gid, tx), tx);
  }
}
