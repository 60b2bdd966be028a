import { invoicePaidAfterVoid, type InvoicePaidAfterVoid } from '@ciep/contracts';
import { newId } from '@ciep/kernel';
import { ReactsTo, type ReactionContext, type Tx } from '@ciep/platform';
import { Controller } from '@nestjs/common';
import { AgreementRepository } from '../agreements/agreement.repository.js';
import type { Application } from '../applications/application.entity.js';
import { ApplicationRepository } from '../applications/application.repository.js';
import { needsEndorsement } from '../applications/application.rules.js';
import { RegionQuotaRepository } from '../endorsements/region-quota.repository.js';
import { AllocationRepository } from './allocation.repository.js';

/**
 * The payment arrived after the release: restores the booth if both the booth and the place of the region are free
 * (docs/rules.md#late-payment).
 */
@Controller()
export class ReallocateBoothWhenPaidAfterVoid {
  constructor(
    private readonly applications: ApplicationRepository,
    private readonly quotas: RegionQuotaRepository,
    private readonly allocations: AllocationRepository,
    private readonly agreements: AgreementRepository,
  ) {}

  @ReactsTo(invoicePaidAfterVoid)
  async on({ applicationId, invoiceId }: InvoicePaidAfterVoid, { tx }: ReactionContext): Promise<void> {
    const applications = this.applications.in(tx);
    // Changes nothing yet, but locks the application first, before its place and booth, in the common order.
    const { application, now } = await applications.update(applicationId, (application, now) => ({ application, now }));
    if (application.paidInvoiceId === invoiceId) return;
    const allocationId = await this.takeBack(application, now, tx);
    if (allocationId === undefined) {
      await applications.update(applicationId, locked => locked.refuseReallocation(invoiceId, now));
    } else {
      await applications.update(applicationId, locked => locked.reallocate(invoiceId, allocationId, now));
      await this.agreements.in(tx).update(applicationId, agreement => agreement.reopen());
    }
  }

  /** Returns the new allocation, or undefined if place or booth is not available; then nothing is taken. */
  private async takeBack(application: Readonly<Application>, at: Date, tx: Tx): Promise<string | undefined> {
    const { id, status, booth } = application;
    if (status !== 'released' || booth === null) return undefined;
    if (!(await this.takePlace(application, tx))) return undefined;
    const allocationId = newId();
    if (await this.allocations.tryToAllocate({ ...booth, allocationId }, id, at, tx)) return allocationId;
    await this.freePlace(application, tx);
    return undefined;
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
