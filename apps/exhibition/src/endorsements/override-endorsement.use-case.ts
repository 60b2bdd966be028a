import { Clock } from '@ciep/kernel';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { ApplicationRepository } from '../applications/application.repository.js';
import { RegionQuotaRepository } from './region-quota.repository.js';

@Injectable()
export class OverrideEndorsement {
  constructor(
    private readonly applications: ApplicationRepository,
    private readonly quotas: RegionQuotaRepository,
    private readonly clock: Clock,
  ) {}

  async execute({ id, version, reason }: { id: string; version: number; reason: string }, tx: Tx): Promise<void> {
    const now = this.clock.now();
    const region = await this.applications
      .in(tx)
      .update(id, application => application.overrideEndorsement(reason, now), { version, scope: { isHandedIn: true } });
    await this.quotas.takeBeyond(region, tx);
  }
}
