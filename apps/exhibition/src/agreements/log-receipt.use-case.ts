import { Clock } from '@ciep/kernel';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { AgreementRepository } from './agreement.repository.js';

export interface LogReceiptCommand {
  readonly id: string;
  readonly version: number;
  readonly receivedOn: string;
}

@Injectable()
export class LogReceipt {
  constructor(
    private readonly agreements: AgreementRepository,
    private readonly clock: Clock,
  ) {}

  async execute({ id, version, receivedOn }: LogReceiptCommand, tx: Tx): Promise<void> {
    const now = this.clock.now();
    await this.agreements.in(tx).update(id, agreement => agreement.logReceipt(receivedOn, now), { version });
  }
}
