import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Holdings } from '../allocations/holdings.service.js';
import { ApplicationRepository, type Decision } from '../applications/application.repository.js';

@Injectable()
export class RejectApplication {
  constructor(
    private readonly applications: ApplicationRepository,
    private readonly holdings: Holdings,
  ) {}

  /** The applicant sees the reason. */
  async execute({ id, version, scope, reason }: Decision & { reason: string }, tx: Tx): Promise<void> {
    const given = await this.applications.in(tx).update(id, (application, now) => application.reject(reason, now), { version, scope });
    await this.holdings.free(given, 'organizer', tx);
  }
}
