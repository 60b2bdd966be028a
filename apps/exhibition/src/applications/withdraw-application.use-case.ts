import { Clock } from '@ciep/kernel';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Holdings } from '../allocations/holdings.service.js';
import { ApplicationRepository } from './application.repository.js';

@Injectable()
export class WithdrawApplication {
  constructor(
    private readonly applications: ApplicationRepository,
    private readonly holdings: Holdings,
    private readonly clock: Clock,
  ) {}

  async execute(
    { id, version, organisationId }: { id: string; version?: number | undefined; organisationId: string },
    tx: Tx,
  ): Promise<void> {
    const now = this.clock.now();
    const given = await this.applications
      .in(tx)
      .update(id, application => application.withdraw(now), { version, scope: { organisationId } });
    await this.holdings.free(given, 'withdrawn', tx);
  }
}
