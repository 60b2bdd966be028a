import { Clock, NotFound, type FieldRefusal } from '@ciep/kernel';
import { Database, type Reader, type Scope } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { KnownEditions } from '../editions/known-editions.queries.js';
import { NodeQueries } from '../nodes/node.queries.js';
import type { Application } from './application.entity.js';
import type { SelfCheckDto } from './application.dto.js';
import { ApplicationsNotOpen } from './application.errors.js';
import { ApplicationRepository } from './application.repository.js';
import { missingFrom } from './self-check.rules.js';

/** Everything that determines whether an application can be submitted. */
export interface SubmissionCheck {
  readonly missing: readonly FieldRefusal[];
  readonly isActivated: boolean;
  /** The first instant that is too late. */
  readonly deadline: Date;
  readonly needsWaiver: boolean;
  readonly editionCode: string;
}

@Injectable()
export class SubmissionChecks {
  constructor(
    private readonly database: Database,
    private readonly applications: ApplicationRepository,
    private readonly editions: KnownEditions,
    private readonly nodes: NodeQueries,
    private readonly clock: Clock,
  ) {}

  /** The same for the applicant, at any time. Throws `NotFound`. */
  async selfCheck(id: string, scope: Scope): Promise<SelfCheckDto> {
    const application = await this.applications.read(id, scope);
    if (!application) throw new NotFound('application', id);
    const { missing, isActivated, deadline, needsWaiver } = await this.of(application, this.clock.now());
    return { isComplete: missing.length === 0, missing: [...missing], isActivated, deadline, needsWaiver };
  }

  /** Throws {@link ApplicationsNotOpen} while the edition has no deadline: otherwise no application could be late. */
  async of(application: Readonly<Application>, now: Date, reader: Reader = this.database): Promise<SubmissionCheck> {
    const [board, deadline, known] = [
      await this.nodes.board(application.boardId, reader),
      await this.editions.deadline(application.editionId, reader),
      await this.known(application, reader),
    ];
    if (!board || deadline === undefined || known.editionCode === null) throw new ApplicationsNotOpen();
    return {
      missing: missingFrom(application, board),
      isActivated: known.isActivated,
      deadline,
      needsWaiver: now >= deadline && !application.mayStillBeCorrected(now),
      editionCode: known.editionCode,
    };
  }

  private async known({ organisationId, editionId }: Readonly<Application>, reader: Reader) {
    const [row] = await reader.query<{ isActivated: boolean; editionCode: string | null }[]>(
      `SELECT EXISTS (SELECT 1 FROM known_organisations WHERE id = $1 AND is_activated) AS "isActivated",
              (SELECT code FROM known_editions WHERE id = $2) AS "editionCode"`,
      [organisationId, editionId],
    );
    return row ?? { isActivated: false, editionCode: null };
  }
}
