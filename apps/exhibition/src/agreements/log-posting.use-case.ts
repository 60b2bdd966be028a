import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { AgreementRepository } from './agreement.repository.js';

@Injectable()
export class LogPosting {
  constructor(private readonly agreements: AgreementRepository) {}

  async execute(
    { id, organisationId, trackingNumber, postedOn }: { id: string; organisationId: string; trackingNumber: string; postedOn: string },
    tx: Tx,
  ): Promise<void> {
    await this.agreements
      .in(tx)
      .update(id, (agreement, now) => agreement.logPosting(trackingNumber, postedOn, now), { scope: { organisationId } });
  }
}
