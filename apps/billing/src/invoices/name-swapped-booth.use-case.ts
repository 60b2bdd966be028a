import { type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { ApplicationEndRepository } from '../applications/application-end.repository.js';
import { InvoiceNotOpenedYet } from './invoice.errors.js';
import { InvoiceRepository } from './invoice.repository.js';
import type { Booth } from './invoice.rules.js';

@Injectable()
export class NameSwappedBooth {
  constructor(
    private readonly ends: ApplicationEndRepository,
    private readonly invoices: InvoiceRepository,
  ) {}

  async execute({ applicationId, version, booth }: { applicationId: string; version: number; booth: Booth }, tx: Tx): Promise<void> {
    if ((await this.ends.lock(tx, applicationId)) > version) return;
    const invoice = (await this.invoices.ofApplication(tx, applicationId)).find(({ applicationVersion }) => applicationVersion < version);
    if (!invoice) throw new InvoiceNotOpenedYet(applicationId);
    await this.invoices.in(tx).update(invoice.id, open => open.nameBooth(booth));
  }
}
