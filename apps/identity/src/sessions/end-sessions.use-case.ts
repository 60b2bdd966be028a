import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Logins } from '../oidc/logins.service.js';
import { SessionEnd } from './session-end.service.js';

/** Ends all sessions of a person, or all but the one that asks for it. */
@Injectable()
export class EndSessions {
  constructor(
    private readonly sessionEnd: SessionEnd,
    private readonly logins: Logins,
  ) {}

  /** `gid` is the mark of the grant of the request's token. */
  async execute(
    { accountId, gid, includingCurrent }: { accountId: string; gid: string | undefined; includingCurrent: boolean },
    tx: Tx,
  ): Promise<void> {
    if (includingCurrent) await this.logins.endAll(accountId, tx);
    else await this.sessionEnd.endOthers(accountId, gid, tx);
  }
}
