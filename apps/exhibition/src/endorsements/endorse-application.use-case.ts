import { Clock } from '@ciep/kernel';
import type { Scope, Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { ApplicationRepository } from '../applications/application.repository.js';
import { RegionQuotaRepository } from './region-quota.repository.js';

export interface EndorseApplicationCommand {
  readonly id: string;
  readonly version: number;
  readonly scope: Scope;
}

@Injectable()
export class EndorseApplication {
  constructor(
    private readonly applications: ApplicationRepository,
    private readonly quotas: RegionQuotaRepository,
    private readonly clock: Clock,
  ) {}

  async execute({ id, version, scope }: EndorseApplicationCommand, tx: Tx): Promise<void> {
    const now = this.clock.now();
    const region = await this.applications.in(tx).update(id, application => application.endorse(now), { version, scope });
    await this.quotas.take(region, tx);
  }
}
