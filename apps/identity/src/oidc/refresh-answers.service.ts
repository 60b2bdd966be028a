import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Database } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { graceSeconds, idHash } from './oidc-storage.repository.js';

/** How long a request waits for the answer to the same token, in milliseconds. */
const longestWaitMs = 5_000;

/** The refresh: the token, and the other parameters of the request. */
interface Asked {
  readonly token: string;
  readonly request: string;
}

/**
 * A client that lost the answer to a refresh still has the old token. For ten seconds it gets the same answer again, so a token has one
 * successor, and a later reuse is still detected (docs/rules.md#token-lives). The answer is encrypted with the old token, of which we
 * store only the hash. It is not repeated once the new refresh token is used or revoked.
 */
@Injectable()
export class RefreshAnswers {
  constructor(private readonly database: Database) {}

  /** Stores answers of the token endpoint, and repeats them. */
  readonly again = async (context: KoaContextWithOIDC, next: () => Promise<unknown>): Promise<void> => {
    await next();
    const { oidc } = context;
    const { grant_type: grantType, refresh_token: token, scope = null, resource = null } = oidc?.params ?? {};
    if (oidc?.route !== 'token' || !oidc.client || grantType !== 'refresh_token' || typeof token !== 'string') return;
    const asked = { token, request: JSON.stringify([oidc.client.clientId, scope, resource]) };
    const body = context.body as { refresh_token?: string; error?: string };
    if (context.status === 200 && body.refresh_token !== undefined) await this.keep(asked, body.refresh_token, JSON.stringify(body));
    if (body.error !== 'invalid_grant') return;
    const kept = await this.kept(asked);
    if (kept === undefined) return;
    context.status = 200;
    context.body = JSON.parse(kept) as object;
  };

  private async keep(asked: Asked, successor: string, answer: string): Promise<void> {
    await this.database.query(
      `INSERT INTO oidc_payloads (kind, id_hash, payload, uid, expires_at)
       VALUES ('RefreshAnswer', $1, $2, $3, now() + interval '${graceSeconds} seconds') ON CONFLICT DO NOTHING`,
      [idHash(asked.token), JSON.stringify({ sealed: seal(asked, answer) }), idHash(successor).toString('hex')],
    );
  }

  /** The stored answer; waits while the first request is in progress. */
  private async kept(asked: Asked): Promise<string | undefined> {
    for (const end = Date.now() + longestWaitMs; Date.now() < end; await pause(50)) {
      const [used] = await this.database.query<{ sealed: string | null; isLive: boolean | null }[]>(
        `SELECT a.payload ->> 'sealed' AS sealed, s.consumed_at IS NULL AND s.id_hash IS NOT NULL AS "isLive"
           FROM oidc_payloads t
           LEFT JOIN oidc_payloads a ON a.kind = 'RefreshAnswer' AND a.id_hash = t.id_hash
           LEFT JOIN oidc_payloads s ON s.kind = 'RefreshToken' AND s.id_hash = decode(a.uid, 'hex')
          WHERE t.kind = 'RefreshToken' AND t.id_hash = $1 AND t.consumed_at > now() - interval '${graceSeconds} seconds'`,
        [idHash(asked.token)],
      );
      if (!used) return undefined;
      if (used.sealed !== null) return used.isLive === true ? opened(asked, used.sealed) : undefined;
    }
    return undefined;
  }
}

const keyOf = (token: string): Buffer => Buffer.from(hkdfSync('sha256', token, '', 'answer to a refresh', 32));

function seal({ token, request }: Asked, answer: string): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', keyOf(token), iv).setAAD(Buffer.from(request));
  return Buffer.concat([iv, cipher.update(answer), cipher.final(), cipher.getAuthTag()]).toString('base64');
}

/** The answer; undefined for another client or other parameters. */
function opened({ token, request }: Asked, sealed: string): string | undefined {
  const bytes = Buffer.from(sealed, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', keyOf(token), bytes.subarray(0, 12)).setAAD(Buffer.from(request));
  decipher.setAuthTag(bytes.subarray(-16));
  try {
    return decipher.update(bytes.subarray(12, -16), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    return undefined;
  }
}
