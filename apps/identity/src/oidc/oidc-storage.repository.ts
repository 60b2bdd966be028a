import { createHash } from 'node:crypto';
import type { Database, Reader } from '@ciep/platform';
import { errors, type Adapter, type AdapterPayload } from 'oidc-provider';
import { hasEnded } from './ended-logins.rules.js';
import type { Revocations } from './revocations.service.js';

/** No state is of use for longer, whatever expiry a client writes into its assertion. */
const longestLife = 366 * 24 * 3_600;
/** A token or code used up less than this ago does not yet count as replayed: its client may have lost the answer. */
export const graceSeconds = 10;

/** Ids of tokens, codes and sessions are credentials, so only their hashes are stored. */
export const idHash = (id: string): Buffer => createHash('sha256').update(id).digest();

/** The claim `gid` of an access token: identifies the grant without revealing its id. */
export const grantMark = (grantId: string): string => idHash(grantId).toString('base64url');

/** What yields access tokens. */
const yieldsTokens = ['AuthorizationCode', 'RefreshToken'];

/** Stores the state of the OIDC provider (sessions, grants, codes, refresh tokens) in PostgreSQL, one instance per kind. */
export class OidcStorage implements Adapter {
  constructor(
    private readonly kind: string,
    private readonly database: Database,
    private readonly revocations: Revocations,
  ) {}

  async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    const [row] = await this.database.query<unknown[]>(
      `INSERT INTO oidc_payloads AS p (kind, id_hash, payload, grant_id, uid, account_id, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7))
       ON CONFLICT (kind, id_hash) DO UPDATE SET payload = excluded.payload, grant_id = excluded.grant_id, uid = excluded.uid,
         account_id = excluded.account_id, expires_at = excluded.expires_at
       WHERE $1 <> 'ReplayDetection' OR p.expires_at <= now()
       RETURNING 1`,
      [
        this.kind,
        idHash(id),
        JSON.stringify(withoutIds(payload)),
        payload.grantId ?? null,
        payload.uid ?? null,
        payload.accountId ?? null,
        expiresIn === undefined ? null : Math.min(expiresIn, longestLife),
      ],
    );
    // Two parallel uses of one signed assertion: the library reads before it writes, so the second write must fail.
    if (!row) throw new errors.InvalidClientAuth('client assertion tokens must only be used once');
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    if (yieldsTokens.includes(this.kind)) await this.waitForEnd(id);
    const [row] = await this.database.query<{ payload: AdapterPayload; replayed: boolean | null }[]>(
      `SELECT payload, consumed_at <= now() - interval '${graceSeconds} seconds' AS replayed FROM oidc_payloads p
        WHERE kind = $1 AND id_hash = $2 AND (expires_at IS NULL OR expires_at > now()) AND NOT ${hasEnded}`,
      [this.kind, idHash(id)],
    );
    return row && { ...row.payload, jti: id, ...(row.replayed === true ? { consumed: true } : {}) };
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    const [row] = await this.database.query<{ payload: AdapterPayload }[]>(
      `SELECT payload FROM oidc_payloads p
        WHERE kind = $1 AND uid = $2 AND expires_at > now() AND NOT ${hasEnded} ORDER BY expires_at DESC LIMIT 1`,
      [this.kind, uid],
    );
    return row?.payload;
  }

  /** User codes belong to the device flow, which is disabled. */
  findByUserCode(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  async consume(id: string): Promise<void> {
    const [row] = await this.database.query<unknown[]>(
      `WITH used AS (UPDATE oidc_payloads SET consumed_at = now() WHERE kind = $1 AND id_hash = $2 AND consumed_at IS NULL RETURNING 1) SELECT 1 FROM used`,
      [this.kind, idHash(id)],
    );
    if (!row) throw new errors.InvalidGrant('already used');
  }

  /** Revoking a grant also ends its access tokens, in the same transaction. */
  async destroy(id: string): Promise<void> {
    if (this.kind !== 'Grant') return void (await this.remove(this.database, id));
    await this.database.transaction(async tx => {
      if (await this.remove(tx, id)) await this.revocations.endGrant(tx, grantMark(id));
    });
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    await this.database.query('DELETE FROM oidc_payloads WHERE kind = $1 AND grant_id = $2', [this.kind, grantId]);
  }

  /**
   * Waits until the end of a login that is being committed. The grant of a code that is found before that end exists already, so it ends
   * with the others, and so do the access tokens that the code yields.
   */
  private async waitForEnd(id: string): Promise<void> {
    await this.database.query(
      'SELECT 1 FROM accounts WHERE id = (SELECT account_id::uuid FROM oidc_payloads WHERE kind = $1 AND id_hash = $2) FOR SHARE',
      [this.kind, idHash(id)],
    );
  }

  private async remove(reader: Reader, id: string): Promise<boolean> {
    const [, removed] = await reader.query<[unknown[], number]>('DELETE FROM oidc_payloads WHERE kind = $1 AND id_hash = $2', [
      this.kind,
      idHash(id),
    ]);
    return removed > 0;
  }
}

/** The fields that would let a reader of the table impersonate somebody: the id, and the session id of an interaction. */
function withoutIds({ jti: _jti, ...payload }: AdapterPayload): AdapterPayload {
  const { session } = payload;
  if (!session || !('cookie' in session)) return payload;
  const { cookie: _cookie, ...rest } = session as { cookie: unknown };
  return { ...payload, session: rest };
}
