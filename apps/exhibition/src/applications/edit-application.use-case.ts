import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { NodeQueries } from '../nodes/node.queries.js';
import type { ApplicationForm } from './application.entity.js';
import { ApplicationIncomplete, UnknownReference } from './application.errors.js';
import { ApplicationRepository, type Decision } from './application.repository.js';
import { unfitSoFar } from './self-check.rules.js';

@Injectable()
export class EditApplication {
  constructor(
    private readonly applications: ApplicationRepository,
    private readonly nodes: NodeQueries,
  ) {}

  async execute({ id, version, scope, changes }: Decision & { changes: Partial<ApplicationForm> }, tx: Tx): Promise<void> {
    const edited = await this.applications
      .in(tx)
      .update(
        id,
        application => {
          application.edit(changes);
          return application;
        },
        { version, scope },
      )
      .catch(this.applications.refuseTakenRef(changes.externalRef));
    const board = await this.nodes.board(edited.boardId, tx);
    if (board?.editionId !== edited.editionId) throw new UnknownReference('/boardId');
    const unfit = unfitSoFar(edited, board);
    if (unfit.length > 0) throw new ApplicationIncomplete(unfit);
  }
}
