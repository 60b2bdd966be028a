import type { Scope, Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { WaiverRepository } from '../waivers/waiver.repository.js';
import type { Application } from './application.entity.js';
import { ApplicationIncomplete, DeadlinePassed, OrganisationNotActivated } from './application.errors.js';
import { ApplicationRepository } from './application.repository.js';
import { applicantMoves } from './application.rules.js';
import { SubmissionChecks } from './submission-checks.service.js';

@Injectable()
export class SubmitApplication {
  constructor(
    private readonly applications: ApplicationRepository,
    private readonly checks: SubmissionChecks,
    private readonly waivers: WaiverRepository,
  ) {}

  /** Without a `version`, submits the current draft. */
  async execute(
    { id, version, scope, waiverCode }: { id: string; version: number | undefined; scope: Scope; waiverCode: string | undefined },
    tx: Tx,
  ): Promise<void> {
    const applications = this.applications.in(tx);
    // Changes nothing yet, but locks the application, so that the checks hold until it is submitted.
    const { application, now } = await applications.update(
      id,
      (application, now) => {
        applicantMoves.next(application.status, 'submit');
        return { application, now };
      },
      { version, scope },
    );
    const { missing, isActivated, deadline, needsWaiver, editionCode } = await this.checks.of(application, now, tx);
    if (needsWaiver) {
      if (waiverCode === undefined) throw new DeadlinePassed(deadline);
      await this.useWaiver(application, waiverCode, tx);
    }
    if (!isActivated) throw new OrganisationNotActivated();
    if (missing.length > 0) throw new ApplicationIncomplete(missing);
    const number = application.number ?? (await this.applications.nextNumber(tx, application.editionId, editionCode));
    // At the instant that was compared with the deadline.
    await applications.update(id, locked => locked.submit(number, needsWaiver, now));
  }

  /** Uses the waiver in this transaction, so that a failed submission does not use it up (docs/rules.md#application-deadline). */
  private async useWaiver(application: Readonly<Application>, code: string, tx: Tx): Promise<void> {
    const waiverId = await this.waivers.idOf(code, application, tx);
    await this.waivers.in(tx).update(waiverId, (waiver, now) => waiver.useFor(application.id, now));
  }
}
