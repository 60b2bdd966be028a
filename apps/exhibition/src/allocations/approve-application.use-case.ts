import { chineseDate, Clock, daysAfter, newId } from '@ciep/kernel';
import type { Scope, Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Agreement } from '../agreements/agreement.entity.js';
import { AgreementRepository } from '../agreements/agreement.repository.js';
import { ApplicationRepository } from '../applications/application.repository.js';
import { ExhibitionConfig } from '../exhibition.config.js';
import { AllocationRepository } from './allocation.repository.js';

export interface ApproveApplicationCommand {
  readonly id: string;
  readonly version: number;
  readonly scope: Scope;
  readonly boothId: string;
  /** Last day to pay, in China; absent: some days from today. */
  readonly payBy: string | undefined;
}

@Injectable()
export class ApproveApplication {
  constructor(
    private readonly applications: ApplicationRepository,
    private readonly allocations: AllocationRepository,
    private readonly agreements: AgreementRepository,
    private readonly config: ExhibitionConfig,
    private readonly clock: Clock,
  ) {}

  async execute({ id, version, scope, boothId, payBy }: ApproveApplicationCommand, tx: Tx): Promise<void> {
    const now = this.clock.now();
    const lastDay = payBy ?? daysAfter(chineseDate(now), this.config.payWithinDays);
    const booth = await this.allocations.candidate(boothId, tx);
    const { held, party } = await this.applications
      .in(tx)
      .update(id, application => ({ held: application.approve(booth, newId(), lastDay, now), party: application.party }), {
        version,
        scope,
      });
    await this.allocations.allocate(held, id, now, tx);
    await this.agreements.in(tx).insert(Agreement.generate(party, held, now));
  }
}
