import { Clock } from '@ciep/kernel';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { ApplicationRepository } from '../applications/application.repository.js';

@Injectable()
export class NotePayment {
  constructor(
    private readonly applications: ApplicationRepository,
    private readonly clock: Clock,
  ) {}

  async execute({ applicationId, invoiceId }: { applicationId: string; invoiceId: string }, tx: Tx): Promise<void> {
    const { awaitsPayment } = await this.applications.lockAndRead(tx, applicationId);
    if (!awaitsPayment) return;
    const now = this.clock.now();
    await this.applications.in(tx).update(applicationId, application => application.notePaid(invoiceId, now));
  }
}
