import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { ApplicationRepository, type Decision } from '../applications/application.repository.js';
import { RegionQuotaRepository } from './region-quota.repository.js';

@Injectable()
export class WithdrawEndorsement {
  constructor(
    private readonly applications: ApplicationRepository,
    private readonly quotas: RegionQuotaRepository,
  ) {}

  async execute({ id, version, scope }: Decision, tx: Tx): Promise<void> {
    const region = await this.applications
      .in(tx)
      .update(id, (application, now) => application.withdrawEndorsement(now), { version, scope });
    await this.quotas.free(region, 'region', tx);
  }
}
