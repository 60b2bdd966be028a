import { Clock } from '@ciep/kernel';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { WaiverRepository } from '../waivers/waiver.repository.js';
import type { Application } from './application.entity.js';
import { ApplicationIncomplete, DeadlinePassed, OrganisationNotActivated } from './application.errors.js';
import { ApplicationRepository } from './application.repository.js';
import { applicantMoves } from './application.rules.js';
import { SubmissionChecks } from './submission-checks.service.js';

export interface SubmitApplicationCommand {
  readonly id: string;
  /** The version that the applicant has seen; undefined: whatever is there. */
  readonly version: number | undefined;
  readonly organisationId: string;
  readonly waiverCode: string | undefined;
}

@Injectable()
export class SubmitApplication {
  constructor(
    private readonly applications: ApplicationRepository,
    private readonly checks: SubmissionChecks,
    private readonly waivers: WaiverRepository,
    private readonly clock: Clock,
  ) {}

  async execute({ id, version, organisationId, waiverCode }: SubmitApplicationCommand, tx: Tx): Promise<void> {
    const application = await this.applications.lockAndRead(tx, id, organisationId);
    applicantMoves.next(application.status, 'submit');
    const now = this.clock.now();
    const { missing, isActivated, deadline, needsWaiver, editionCode } = await this.checks.of(application, now, tx);
    if (needsWaiver) {
      if (waiverCode === undefined) throw new DeadlinePassed(deadline);
      await this.useWaiver(application, waiverCode, now, tx);
    }
    if (!isActivated) throw new OrganisationNotActivated();
    if (missing.length > 0) throw new ApplicationIncomplete(missing);
    const number = application.number ?? (await this.applications.nextNumber(tx, application.editionId, editionCode));
    await this.applications.in(tx).update(id, locked => locked.submit(number, needsWaiver, now), { version });
  }

  /** The waiver is spent in this transaction, so a submission that fails leaves it whole (docs/rules.md#application-deadline). */
  private async useWaiver(application: Readonly<Application>, code: string, now: Date, tx: Tx): Promise<void> {
    const waiverId = await this.waivers.idOf(code, application, tx);
    await this.waivers.in(tx).update(waiverId, waiver => waiver.useFor(application.id, now));
  }
}
