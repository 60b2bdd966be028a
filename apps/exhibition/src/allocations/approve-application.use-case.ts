import { chineseDate, daysAfter, newId } from '@ciep/kernel';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Agreement } from '../agreements/agreement.entity.js';
import { AgreementRepository } from '../agreements/agreement.repository.js';
import { ApplicationRepository, type Decision } from '../applications/application.repository.js';
import { KnownEditions } from '../editions/known-editions.queries.js';
import { ExhibitionConfig } from '../exhibition.config.js';
import { KnownOrganisations } from '../applications/known-organisations.queries.js';
import { AllocationRepository } from './allocation.repository.js';

@Injectable()
export class ApproveApplication {
  constructor(
    private readonly applications: ApplicationRepository,
    private readonly allocations: AllocationRepository,
    private readonly agreements: AgreementRepository,
    private readonly organisations: KnownOrganisations,
    private readonly editions: KnownEditions,
    private readonly config: ExhibitionConfig,
  ) {}

  /** `payBy` is the last day to pay, in China; the default is some days from today, but before the edition starts. */
  async execute({ id, version, scope, boothId, payBy }: Decision & { boothId: string; payBy: string | undefined }, tx: Tx): Promise<void> {
    const booth = await this.allocations.candidate(boothId, tx);
    const lastDayToPay = await this.editions.lastDayToPay(id, tx);
    const { held, party, now } = await this.applications.in(tx).update(
      id,
      (application, now) => {
        const usual = daysAfter(chineseDate(now), this.config.payWithinDays);
        const byDefault = lastDayToPay !== undefined && lastDayToPay < usual ? lastDayToPay : usual;
        return { held: application.approve(booth, newId(), payBy ?? byDefault, now, lastDayToPay), party: application.party, now };
      },
      { version, scope },
    );
    await this.allocations.allocate(held, id, now, tx);
    const organisation = await this.organisations.legal(party.organisationId, tx);
    await this.agreements.in(tx).insert(Agreement.generate({ ...party, organisation }, held, now));
  }
}
