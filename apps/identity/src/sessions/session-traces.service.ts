import { addressOf, Database } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { readableAgent } from './readable-agent.rules.js';

/**
 * Keeps with a session from which browser and network its person logged in, for the list of the person's own sessions
 * (docs/security.md#personal-data). It is deleted with the session.
 */
@Injectable()
export class SessionTraces {
  constructor(private readonly database: Database) {}

  /** After the pages of login and consent, behind which the provider stores the session, each time under another id. */
  readonly keep = async (context: KoaContextWithOIDC, next: () => Promise<unknown>): Promise<void> => {
    await next();
    const { oidc, req, ip } = context;
    if (oidc?.route !== 'resume' || oidc.session?.accountId === undefined) return;
    const { headers } = req;
    await this.database.query(`UPDATE oidc_payloads SET agent = $2, address = $3 WHERE kind = 'Session' AND uid = $1`, [
      oidc.session.uid,
      readableAgent(headers['user-agent']),
      addressOf({ headers, ip }),
    ]);
  };
}
