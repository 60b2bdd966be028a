import { Database } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type Provider from 'oidc-provider';
import type { AuthorizationCode, KoaContextWithOIDC, RefreshToken } from 'oidc-provider';
import { Grants } from './grants.repository.js';
import { Revocations } from './revocations.service.js';

type Bound = AuthorizationCode | RefreshToken;
type Find = (value: string, options?: object) => Promise<Bound | undefined>;

/**
 * Lets a session have several grants for one client, one for each organisation. The provider knows one, and would end the tokens of the
 * others as soon as the person switches: a second tab would end the first (docs/rules.md#organisation-switch).
 */
@Injectable()
export class SessionGrants {
  constructor(
    private readonly database: Database,
    private readonly grants: Grants,
    private readonly revocations: Revocations,
  ) {}

  /** Codes and refresh tokens end with their session, whichever organisation it acts for now. */
  keepAll(provider: Provider): void {
    for (const model of [provider.AuthorizationCode, provider.RefreshToken] as unknown as { find: Find }[]) {
      const find = model.find.bind(model);
      model.find = async (value, options) => {
        const token = await find(value, { ...options, ignoreSessionBinding: true });
        return token && (await this.isLive(provider, token)) ? token : undefined;
      };
    }
  }

  /** A logout ends all grants of the session, where the provider ends those in use. */
  readonly endAll = async (context: KoaContextWithOIDC, next: () => Promise<unknown>): Promise<void> => {
    await next();
    const { route, session } = context.oidc ?? {};
    if (route !== 'end_session_confirm' || !session || context.status !== 303) return;
    const { destroyed = false } = session as { destroyed?: boolean };
    const staying = destroyed ? [] : Object.keys(session.authorizations ?? {});
    await this.database.transaction(async tx => {
      for (const gid of await this.grants.deleteOfSession(tx, session.uid, staying)) await this.revocations.endGrant(tx, gid);
    });
  };

  private async isLive(provider: Provider, { expiresWithSession, sessionUid, accountId, clientId, grantId }: Bound): Promise<boolean> {
    if (expiresWithSession !== true) return true;
    if (sessionUid === undefined || clientId === undefined || grantId === undefined) return false;
    const session = await provider.Session.findByUid(sessionUid);
    if (!session || session.accountId !== accountId) return false;
    return session.grantIdFor(clientId) === grantId || (await this.grants.isOfSession(grantId, sessionUid));
  }
}
