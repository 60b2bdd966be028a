import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { AgreementRepository } from './agreement.repository.js';

@Injectable()
export class LogReceipt {
  constructor(private readonly agreements: AgreementRepository) {}

  async execute({ id, version, receivedOn }: { id: string; version: number; receivedOn: string }, tx: Tx): Promise<void> {
    await this.agreements.in(tx).update(id, (agreement, now) => agreement.logReceipt(receivedOn, now), { version });
  }
}
