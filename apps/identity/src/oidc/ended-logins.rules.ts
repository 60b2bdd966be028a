/**
 * Whether the row `p` belongs to a login that began before the account got its present password, or to a session that was ended. The
 * provider may write such rows after `Logins.endAll` or `SessionEnd` has deleted all: a login takes several requests.
 */
export const hasEnded = `(EXISTS (SELECT 1 FROM accounts a WHERE a.id = p.account_id::uuid
           AND to_timestamp(coalesce(p.payload ->> 'loginTs', p.payload ->> 'authTime')::bigint) < a.logins_since)
         OR EXISTS (SELECT 1 FROM oidc_payloads e WHERE e.kind = 'EndedSession'
           AND e.id_hash = sha256(convert_to(coalesce(p.payload ->> 'sessionUid', p.uid), 'UTF8'))))`;
