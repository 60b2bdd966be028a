import { Clock } from '@ciep/kernel';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { AgreementRepository } from './agreement.repository.js';

export interface RefuseSealCommand {
  readonly id: string;
  readonly version: number;
  /** Told to the applicant. */
  readonly reason: string;
}

@Injectable()
export class RefuseSeal {
  constructor(
    private readonly agreements: AgreementRepository,
    private readonly clock: Clock,
  ) {}

  async execute({ id, version, reason }: RefuseSealCommand, tx: Tx): Promise<void> {
    const now = this.clock.now();
    await this.agreements.in(tx).update(id, agreement => agreement.refuseSeal(reason, now), { version });
  }
}
