import { grantRevoked, tokenRevoked } from '@ciep/contracts';
import { newId } from '@ciep/kernel';
import { Database, RevokedTokens, tell, type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';

/** Longest life of an access token, and what clocks may differ: so long must a revocation be remembered. */
const remembered = 10 * 60_000;

/**
 * Ends access tokens before their time (docs/rules.md#revocation): here with the next call, in the other services as soon as
 * they hear the fact. Neither grant nor token has a uuid, and nothing depends on the order of their facts, so each fact is a
 * subject of its own.
 */
@Injectable()
export class Revocations {
  constructor(
    private readonly database: Database,
    private readonly revoked: RevokedTokens,
  ) {}

  /** Ends all access tokens of a grant, named by its mark. */
  async endGrant(tx: Tx, gid: string): Promise<void> {
    const expiresAt = new Date(Date.now() + remembered);
    if (await this.revoked.add(tx, gid, expiresAt))
      await tell(this.database, tx, newId(), grantRevoked({ gid, expiresAt: expiresAt.toISOString() }));
  }

  /** Ends one access token, named by its own id. */
  async endToken(jti: string): Promise<void> {
    const expiresAt = new Date(Date.now() + remembered);
    await this.database.transaction(async tx => {
      if (await this.revoked.add(tx, jti, expiresAt))
        await tell(this.database, tx, newId(), tokenRevoked({ jti, expiresAt: expiresAt.toISOString() }));
    });
  }
}
