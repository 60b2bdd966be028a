import { Database, type Reader } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { hasEnded } from '../oidc/ended-logins.rules.js';
import { sessionIdleSeconds } from '../oidc/provider-lives.rules.js';
import type { SessionDto } from './sessions.dto.js';

/** A session as the API names it: its `uid` is the provider's, and the value of its cookie is stored nowhere. */
const idOf = (uid: string): string => `encode(substring(sha256(convert_to(${uid}, 'UTF8')) FOR 16), 'hex')::uuid`;

/**
 * The live sessions of the person `$1`, one row for each grant: those that the provider stores, and those that have ended in the browser
 * while a client still has offline access. `since` and `seen` are instants.
 */
const sessions = `
  SELECT p.uid, to_timestamp((p.payload ->> 'loginTs')::bigint) AS since, p.expires_at - interval '${sessionIdleSeconds} seconds' AS seen,
         p.agent, p.address, given.value ->> 'grantId' AS grant_id
    FROM oidc_payloads p LEFT JOIN LATERAL jsonb_each(p.payload -> 'authorizations') given ON true
   WHERE p.kind = 'Session' AND p.account_id = $1 AND p.expires_at > now() AND NOT ${hasEnded}
  UNION ALL
  SELECT p.payload ->> 'sessionUid', to_timestamp((p.payload ->> 'authTime')::bigint), to_timestamp((p.payload ->> 'iat')::bigint),
         NULL, NULL, p.grant_id
    FROM oidc_payloads p
   WHERE p.kind = 'RefreshToken' AND p.account_id = $1 AND p.expires_at > now() AND p.consumed_at IS NULL AND NOT ${hasEnded}
     AND (p.payload ->> 'expiresWithSession' IS DISTINCT FROM 'true'
          OR EXISTS (SELECT 1 FROM oidc_payloads s WHERE s.kind = 'Session' AND s.uid = p.payload ->> 'sessionUid' AND s.expires_at > now()))`;

/** Each session with its grants, one for each client and organisation. */
const withGrants = `
  SELECT s.*, g.id_hash, g.payload ->> 'clientId' AS client_id, g.organisation_id
    FROM (${sessions}) s
    LEFT JOIN oidc_payloads g ON g.kind = 'Grant' AND g.account_id = $1 AND g.expires_at > now()
     AND (g.id_hash = sha256(convert_to(s.grant_id, 'UTF8')) OR g.session_uid = s.uid)
   WHERE s.uid IS NOT NULL`;

/** The mark of a grant (claim `gid`) as its hash. */
const hashIn = (gid: string | undefined): Buffer => Buffer.from(gid ?? '', 'base64url');

@Injectable()
export class SessionQueries {
  constructor(private readonly database: Database) {}

  /** Where a person is logged in; `gid` is the mark of the grant of the request's token. */
  list(accountId: string, gid: string | undefined): Promise<SessionDto[]> {
    return this.database.query(
      `SELECT ${idOf('s.uid')} AS id, min(s.since) AS "loggedInAt", max(s.seen) AS "lastSeenAt", max(s.agent) AS agent, max(s.address) AS address,
              coalesce(bool_or(s.id_hash = $2), false) AS "isCurrent",
              coalesce(jsonb_agg(DISTINCT jsonb_build_object('clientId', c.client_id, 'clientName', c.name, 'organisation',
                CASE WHEN o.id IS NOT NULL THEN jsonb_build_object('id', o.id, 'name', jsonb_build_object('zh', o.name_zh, 'en', o.name_en)) END))
                FILTER (WHERE c.client_id IS NOT NULL), '[]') AS accesses
         FROM (${withGrants}) s LEFT JOIN oauth_clients c ON c.client_id = s.client_id LEFT JOIN organisations o ON o.id = s.organisation_id
        GROUP BY s.uid ORDER BY max(s.seen) DESC, s.uid LIMIT 200`,
      [accountId, hashIn(gid)],
    );
  }

  /** The provider's name of a person's session. */
  async uidOf(accountId: string, id: string, reader: Reader): Promise<string | undefined> {
    const [row] = await reader.query<{ uid: string }[]>(`SELECT s.uid FROM (${sessions}) s WHERE ${idOf('s.uid')} = $2 LIMIT 1`, [
      accountId,
      id,
    ]);
    return row?.uid;
  }

  /** The provider's names of a person's sessions, without that of a grant. */
  async othersThan(accountId: string, gid: string | undefined, reader: Reader): Promise<string[]> {
    const rows = await reader.query<{ uid: string }[]>(
      `SELECT s.uid FROM (${withGrants}) s GROUP BY s.uid HAVING NOT coalesce(bool_or(s.id_hash = $2), false)`,
      [accountId, hashIn(gid)],
    );
    return rows.map(({ uid }) => uid);
  }
}
