import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { AgreementRepository } from '../agreements/agreement.repository.js';
import type { GivenUp } from '../applications/application.entity.js';
import { RegionQuotaRepository } from '../endorsements/region-quota.repository.js';
import { AllocationRepository, type FreedReason } from './allocation.repository.js';

/** What an application holds: a place of its region, a booth and an agreement. */
@Injectable()
export class Holdings {
  constructor(
    private readonly quotas: RegionQuotaRepository,
    private readonly allocations: AllocationRepository,
    private readonly agreements: AgreementRepository,
  ) {}

  /** Frees all of it in the common lock order: the application (already locked), the place, the booth. */
  async free({ applicationId, editionId, regionCode, endorsement, hasBooth, at }: GivenUp, reason: FreedReason, tx: Tx): Promise<void> {
    if (endorsement !== null && regionCode !== null) await this.quotas.free({ editionId, regionCode }, endorsement, tx);
    if (!hasBooth) return;
    await this.allocations.free(applicationId, reason, at, tx);
    await this.agreements.in(tx).update(applicationId, agreement => agreement.close());
  }
}
