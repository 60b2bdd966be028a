import { Clock } from '@ciep/kernel';
import type { Scope, Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Holdings } from '../allocations/holdings.service.js';
import { ApplicationRepository } from '../applications/application.repository.js';

export interface RejectApplicationCommand {
  readonly id: string;
  readonly version: number;
  readonly scope: Scope;
  readonly reason: string;
}

@Injectable()
export class RejectApplication {
  constructor(
    private readonly applications: ApplicationRepository,
    private readonly holdings: Holdings,
    private readonly clock: Clock,
  ) {}

  async execute({ id, version, scope, reason }: RejectApplicationCommand, tx: Tx): Promise<void> {
    const now = this.clock.now();
    const given = await this.applications.in(tx).update(id, application => application.reject(reason, now), { version, scope });
    await this.holdings.free(given, 'organizer', tx);
  }
}
