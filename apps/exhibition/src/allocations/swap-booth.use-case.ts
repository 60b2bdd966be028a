import { Clock, newId } from '@ciep/kernel';
import type { Scope, Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { AgreementRepository } from '../agreements/agreement.repository.js';
import { ApplicationRepository } from '../applications/application.repository.js';
import { AllocationRepository } from './allocation.repository.js';

export interface SwapBoothCommand {
  readonly id: string;
  readonly version: number;
  readonly scope: Scope;
  readonly boothId: string;
}

@Injectable()
export class SwapBooth {
  constructor(
    private readonly applications: ApplicationRepository,
    private readonly allocations: AllocationRepository,
    private readonly agreements: AgreementRepository,
    private readonly clock: Clock,
  ) {}

  async execute({ id, version, scope, boothId }: SwapBoothCommand, tx: Tx): Promise<void> {
    const now = this.clock.now();
    const booth = await this.allocations.candidate(boothId, tx);
    const { before, held, party } = await this.applications
      .in(tx)
      .update(
        id,
        application => ({ before: application.booth, held: application.swapBooth(booth, newId(), now), party: application.party }),
        { version, scope },
      );
    await this.allocations.lockInOrder([held.boothId, ...(before ? [before.boothId] : [])], tx);
    await this.allocations.free(id, 'swapped', now, tx);
    await this.allocations.allocate(held, id, now, tx);
    await this.agreements.in(tx).update(id, agreement => agreement.regenerate(party, held, now));
  }
}
