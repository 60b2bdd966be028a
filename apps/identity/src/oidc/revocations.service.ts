import { grantRevoked, tokenRevoked } from '@ciep/contracts';
import { newId } from '@ciep/kernel';
import { Database, RevokedTokens, recordEvent, type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';

/** The longest life of an access token plus clock tolerance: a revocation must be remembered for this long. */
const remembered = 10 * 60_000;

/**
 * Revokes access tokens before they expire (docs/rules.md#revocation): here from the next call on, in the other services when the event
 * arrives. Neither grants nor tokens have a UUID, and their events need no order, so each event has its own subject.
 */
@Injectable()
export class Revocations {
  constructor(
    private readonly database: Database,
    private readonly revoked: RevokedTokens,
  ) {}

  /** Revokes all access tokens of a grant, identified by its `gid`. */
  async endGrant(tx: Tx, gid: string): Promise<void> {
    const expiresAt = new Date(Date.now() + remembered);
    if (await this.revoked.add(tx, gid, expiresAt))
      await recordEvent(this.database, tx, newId(), grantRevoked({ gid, expiresAt: expiresAt.toISOString() }));
  }

  /** Revokes one access token, identified by its own id. */
  async endToken(jti: string): Promise<void> {
    const expiresAt = new Date(Date.now() + remembered);
    await this.database.transaction(async tx => {
      if (await this.revoked.add(tx, jti, expiresAt))
        await recordEvent(this.database, tx, newId(), tokenRevoked({ jti, expiresAt: expiresAt.toISOString() }));
    });
  }
}
