import { Clock } from '@ciep/kernel';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { ApplicationRepository } from '../applications/application.repository.js';
import type { EndorseApplicationCommand } from './endorse-application.use-case.js';
import { RegionQuotaRepository } from './region-quota.repository.js';

@Injectable()
export class WithdrawEndorsement {
  constructor(
    private readonly applications: ApplicationRepository,
    private readonly quotas: RegionQuotaRepository,
    private readonly clock: Clock,
  ) {}

  async execute({ id, version, scope }: EndorseApplicationCommand, tx: Tx): Promise<void> {
    const now = this.clock.now();
    const region = await this.applications.in(tx).update(id, application => application.withdrawEndorsement(now), { version, scope });
    await this.quotas.free(region, 'region', tx);
  }
}
