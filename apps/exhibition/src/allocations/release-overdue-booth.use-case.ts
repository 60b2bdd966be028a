import { Clock } from '@ciep/kernel';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { ApplicationRepository } from '../applications/application.repository.js';
import { Holdings } from './holdings.service.js';

@Injectable()
export class ReleaseOverdueBooth {
  constructor(
    private readonly applications: ApplicationRepository,
    private readonly holdings: Holdings,
    private readonly clock: Clock,
  ) {}

  async execute({ applicationId, dueOn }: { applicationId: string; dueOn: string }, tx: Tx): Promise<void> {
    const application = await this.applications.lockAndRead(tx, applicationId);
    if (!application.isOverdue(dueOn)) return;
    const now = this.clock.now();
    const given = await this.applications.in(tx).update(applicationId, locked => locked.lapse(dueOn, now));
    if (given) await this.holdings.free(given, 'overdue', tx);
  }
}
