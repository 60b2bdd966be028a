import { NotFound } from '@ciep/kernel';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { SessionEnd } from './session-end.service.js';
import { SessionQueries } from './sessions.queries.js';

/** Ends one of a person's own sessions (docs/rules.md#sessions). Throws `NotFound` for any other. */
@Injectable()
export class EndSession {
  constructor(
    private readonly queries: SessionQueries,
    private readonly sessionEnd: SessionEnd,
  ) {}

  async execute({ id, accountId }: { id: string; accountId: string }, tx: Tx): Promise<void> {
    const uid = await this.queries.uidOf(accountId, id, tx);
    if (uid === undefined) throw new NotFound('session', id);
    await this.sessionEnd.end(accountId, [uid], tx);
  }
}
