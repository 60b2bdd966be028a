import { Clock, newId } from '@ciep/kernel';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { AgreementRepository } from '../agreements/agreement.repository.js';
import type { Application } from '../applications/application.entity.js';
import { ApplicationRepository } from '../applications/application.repository.js';
import { needsEndorsement } from '../applications/application.rules.js';
import { RegionQuotaRepository } from '../endorsements/region-quota.repository.js';
import { AllocationRepository } from './allocation.repository.js';

/** Money came after the release: the booth is given back if it, and the place of the region, are still free (docs/rules.md#late-payment). */
@Injectable()
export class ReallocateBooth {
  constructor(
    private readonly applications: ApplicationRepository,
    private readonly quotas: RegionQuotaRepository,
    private readonly allocations: AllocationRepository,
    private readonly agreements: AgreementRepository,
    private readonly clock: Clock,
  ) {}

  async execute({ applicationId, invoiceId }: { applicationId: string; invoiceId: string }, tx: Tx): Promise<void> {
    const application = await this.applications.lockAndRead(tx, applicationId);
    if (application.paidInvoiceId === invoiceId) return;
    const now = this.clock.now();
    const allocationId = newId();
    if (await this.canHaveItBack(application, allocationId, now, tx)) {
      await this.applications.in(tx).update(applicationId, locked => locked.reallocate(invoiceId, allocationId, now));
      await this.agreements.in(tx).update(applicationId, agreement => agreement.reopen());
    } else {
      await this.applications.in(tx).update(applicationId, locked => locked.refuseReallocation(invoiceId, now));
    }
  }

  private async canHaveItBack(application: Readonly<Application>, allocationId: string, at: Date, tx: Tx): Promise<boolean> {
    const { id, status, booth } = application;
    if (status !== 'released' || booth === null) return false;
    if (!(await this.takePlace(application, tx))) return false;
    if (await this.allocations.tryToAllocate({ ...booth, allocationId }, id, at, tx)) return true;
    await this.freePlace(application, tx);
    return false;
  }

  private async takePlace(application: Readonly<Application>, tx: Tx): Promise<boolean> {
    const { editionId, regionCode, formerEndorsement } = application;
    if (!needsEndorsement(application) || regionCode === null) return true;
    if (formerEndorsement === 'region') return this.quotas.tryToTake({ editionId, regionCode }, tx);
    await this.quotas.takeBeyond({ editionId, regionCode }, tx);
    return true;
  }

  private async freePlace(application: Readonly<Application>, tx: Tx): Promise<void> {
    const { editionId, regionCode, formerEndorsement } = application;
    if (needsEndorsement(application) && regionCode !== null) await this.quotas.free({ editionId, regionCode }, formerEndorsement, tx);
  }
}
