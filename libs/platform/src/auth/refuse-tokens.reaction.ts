import { grantRevoked, tokenRevoked, type GrantRevoked, type TokenRevoked } from '@ciep/contracts';
import { Controller } from '@nestjs/common';
import { ReactsTo, type ReactionContext } from '../messaging/reacts-to.js';
import { RevokedTokens } from './revoked-tokens.js';

/** The reaction of every service with a database: it refuses the tokens that identity has revoked. */
@Controller()
export class RefuseTokens {
  constructor(private readonly revoked: RevokedTokens) {}

  @ReactsTo(grantRevoked)
  async whenGrantRevoked({ gid, expiresAt }: GrantRevoked, { tx }: ReactionContext): Promise<void> {
    await this.revoked.add(tx, gid, new Date(expiresAt));
  }

  @ReactsTo(tokenRevoked)
  async whenTokenRevoked({ jti, expiresAt }: TokenRevoked, { tx }: ReactionContext): Promise<void> {
    await this.revoked.add(tx, jti, new Date(expiresAt));
  }
}
