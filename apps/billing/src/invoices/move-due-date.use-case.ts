import { Clock } from '@ciep/kernel';
import { type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { ApplicationEndRepository } from '../applications/application-end.repository.js';
import { InvoiceNotOpenedYet } from './invoice.errors.js';
import { InvoiceRepository } from './invoice.repository.js';

@Injectable()
export class MoveDueDate {
  constructor(
    private readonly ends: ApplicationEndRepository,
    private readonly invoices: InvoiceRepository,
    private readonly clock: Clock,
  ) {}

  async execute({ applicationId, version, dueOn }: { applicationId: string; version: number; dueOn: string }, tx: Tx): Promise<void> {
    if ((await this.ends.lock(tx, applicationId)) > version) return;
    const invoice = (await this.invoices.ofApplication(tx, applicationId)).find(({ applicationVersion }) => applicationVersion < version);
    if (!invoice) throw new InvoiceNotOpenedYet(applicationId);
    await this.invoices.in(tx).update(invoice.id, open => open.moveDueDate(dueOn, this.clock.now()));
  }
}
