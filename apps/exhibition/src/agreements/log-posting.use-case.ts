import { Clock } from '@ciep/kernel';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { AgreementRepository } from './agreement.repository.js';

export interface LogPostingCommand {
  readonly id: string;
  readonly organisationId: string;
  readonly trackingNumber: string;
  readonly postedOn: string;
}

@Injectable()
export class LogPosting {
  constructor(
    private readonly agreements: AgreementRepository,
    private readonly clock: Clock,
  ) {}

  async execute({ id, organisationId, trackingNumber, postedOn }: LogPostingCommand, tx: Tx): Promise<void> {
    const now = this.clock.now();
    await this.agreements
      .in(tx)
      .update(id, agreement => agreement.logPosting(trackingNumber, postedOn, now), { scope: { organisationId } });
  }
}
