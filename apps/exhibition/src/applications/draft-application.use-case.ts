import { Clock } from '@ciep/kernel';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { NodeQueries } from '../nodes/node.queries.js';
import { Application, type ApplicationForm } from './application.entity.js';
import { ApplicationIncomplete, UnknownReference } from './application.errors.js';
import { ApplicationRepository } from './application.repository.js';
import { unfitSoFar } from './self-check.rules.js';

@Injectable()
export class DraftApplication {
  constructor(
    private readonly applications: ApplicationRepository,
    private readonly nodes: NodeQueries,
    private readonly clock: Clock,
  ) {}

  async execute(
    { editionId, organisationId, form }: { editionId: string; organisationId: string; form: ApplicationForm },
    tx: Tx,
  ): Promise<string> {
    const board = await this.nodes.board(form.boardId, tx);
    if (board?.editionId !== editionId) throw new UnknownReference('/boardId');
    const unfit = unfitSoFar(form, board);
    if (unfit.length > 0) throw new ApplicationIncomplete(unfit);
    const application = Application.draft(editionId, organisationId, form, this.clock.now());
    await this.applications.in(tx).insert(application).catch(this.applications.refuseTakenRef(form.externalRef));
    return application.id;
  }
}
