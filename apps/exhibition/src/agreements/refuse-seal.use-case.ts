import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { AgreementRepository } from './agreement.repository.js';

@Injectable()
export class RefuseSeal {
  constructor(private readonly agreements: AgreementRepository) {}

  /** The applicant sees the reason. */
  async execute({ id, version, reason }: { id: string; version: number; reason: string }, tx: Tx): Promise<void> {
    await this.agreements.in(tx).update(id, (agreement, now) => agreement.refuseSeal(reason, now), { version });
  }
}
