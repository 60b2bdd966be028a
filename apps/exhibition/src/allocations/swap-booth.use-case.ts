import { newId } from '@ciep/kernel';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { AgreementRepository } from '../agreements/agreement.repository.js';
import { ApplicationRepository, type Decision } from '../applications/application.repository.js';
import { KnownOrganisations } from '../applications/known-organisations.queries.js';
import { AllocationRepository } from './allocation.repository.js';

@Injectable()
export class SwapBooth {
  constructor(
    private readonly applications: ApplicationRepository,
    private readonly allocations: AllocationRepository,
    private readonly agreements: AgreementRepository,
    private readonly organisations: KnownOrganisations,
  ) {}

  async execute({ id, version, scope, boothId }: Decision & { boothId: string }, tx: Tx): Promise<void> {
    const booth = await this.allocations.candidate(boothId, tx);
    const { before, held, party, now } = await this.applications.in(tx).update(
      id,
      (application, now) => {
        const { booth: before, party } = application;
        return { before, held: application.swapBooth(booth, newId(), now), party, now };
      },
      { version, scope },
    );
    await this.allocations.lockInOrder([held.boothId, ...(before ? [before.boothId] : [])], tx);
    await this.allocations.free(id, 'swapped', now, tx);
    await this.allocations.allocate(held, id, now, tx);
    const organisation = await this.organisations.legal(party.organisationId, tx);
    await this.agreements.in(tx).update(id, agreement => agreement.regenerate({ ...party, organisation }, held, now));
  }
}
