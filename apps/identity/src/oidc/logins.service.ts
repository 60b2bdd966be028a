import { Database, type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Revocations } from './revocations.service.js';

/**
 * When the logins of an account began. A login takes several requests, and a new password may come in between: `accounts.logins_since`
 * tells which logins count, and the storage of the provider finds no session, code or refresh token of an earlier one
 * (docs/rules.md#password-change).
 */
@Injectable()
export class Logins {
  constructor(
    private readonly database: Database,
    private readonly revocations: Revocations,
  ) {}

  /**
   * The instant at which a login begins, in seconds; undefined if the password that was checked is no longer the account's. The lock makes
   * it wait for a change that is being committed. By the database's clock, because instances differ.
   */
  async begin(accountId: string, passwordHash: string): Promise<number | undefined> {
    const [row] = await this.database.query<{ at: number }[]>(
      `SELECT extract(epoch FROM greatest(date_trunc('second', clock_timestamp()), logins_since))::int AS at FROM accounts
        WHERE id = $1 AND password_hash = $2 AND status = 'active' FOR SHARE`,
      [accountId, passwordHash],
    );
    return row?.at;
  }

  /**
   * Ends every login of an account, with its sessions, grants and tokens. The transaction must already have changed the account's row: its
   * lock keeps logins with the old password from beginning between the clock's reading and the commit.
   */
  async endAll(accountId: string, tx: Tx): Promise<void> {
    await tx.query(
      `UPDATE accounts SET logins_since = greatest(date_trunc('second', clock_timestamp()), logins_since) + interval '1 second' WHERE id = $1`,
      [accountId],
    );
    const ended = await tx.query<{ kind: string; hash: Buffer }[]>(
      `WITH ended AS (DELETE FROM oidc_payloads WHERE account_id = $1 RETURNING kind, id_hash) SELECT kind, id_hash AS hash FROM ended`,
      [accountId],
    );
    for (const { kind, hash } of ended) if (kind === 'Grant') await this.revocations.endGrant(tx, hash.toString('base64url'));
  }

  /**
   * Ends what an account may do for one organisation, because its roles there have changed: the grants for it, with their codes, refresh
   * tokens and access tokens. The session stays, so that the person can go on for another organisation, and a first-party client gets new
   * tokens without a login. A login under way waits for this end, or its grant is found here.
   */
  async endFor(accountId: string, organisationId: string, tx: Tx): Promise<void> {
    // As in `endAll`: whoever deletes the state of logins holds the account, so that neither waits for the other.
    await tx.query('SELECT 1 FROM accounts WHERE id = $1 FOR NO KEY UPDATE', [accountId]);
    const ended = await tx.query<{ hash: Buffer }[]>(
      `WITH grants AS (DELETE FROM oidc_payloads WHERE kind = 'Grant' AND account_id = $1 AND organisation_id = $2 RETURNING id_hash),
            others AS (DELETE FROM oidc_payloads o USING grants g WHERE o.account_id = $1 AND sha256(convert_to(o.grant_id, 'UTF8')) = g.id_hash)
       SELECT id_hash AS hash FROM grants`,
      [accountId, organisationId],
    );
    for (const { hash } of ended) await this.revocations.endGrant(tx, hash.toString('base64url'));
  }
}
