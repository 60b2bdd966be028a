import type { ApplicationApproved } from '@ciep/contracts';
import { chineseDate, Clock } from '@ciep/kernel';
import { type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { ApplicationEndRepository } from '../applications/application-end.repository.js';
import { NoFeeInForce } from '../fee-schedules/fee-schedule.errors.js';
import { FeeScheduleRepository } from '../fee-schedules/fee-schedule.repository.js';
import { InvoiceBooks } from './invoice-books.service.js';
import { Invoice } from './invoice.entity.js';
import { InvoiceRepository } from './invoice.repository.js';
import { priced } from './invoice.rules.js';
import { paymentReference } from './reference.rules.js';

/** One invoice for each allocation, at the prices in force when the application was approved, however late the fact arrives. */
@Injectable()
export class OpenInvoice {
  constructor(
    private readonly ends: ApplicationEndRepository,
    private readonly schedules: FeeScheduleRepository,
    private readonly invoices: InvoiceRepository,
    private readonly books: InvoiceBooks,
    private readonly clock: Clock,
  ) {}

  async execute(
    { approved, approvedAt, version }: { approved: ApplicationApproved; approvedAt: Date; version: number },
    tx: Tx,
  ): Promise<void> {
    const { editionId, applicationId, allocationId, boothType } = approved;
    if ((await this.ends.lock(tx, applicationId)) > version) return;
    if ((await this.invoices.ofApplication(tx, applicationId)).some(invoice => invoice.allocationId === allocationId)) return;

    const schedule = await this.schedules.inForce(tx, editionId, approvedAt);
    const price = schedule?.lines.find(line => line.boothType === boothType);
    if (!schedule || !price) throw new NoFeeInForce(editionId, approvedAt, boothType);

    const now = this.clock.now();
    const seriesYear = Number(chineseDate(now).slice(0, 4));
    const seriesNumber = await this.invoices.nextNumber(tx, seriesYear);
    const { taxBasisPoints } = schedule;
    const invoice = Invoice.open(
      {
        number: `CIEP-${seriesYear}-${String(seriesNumber).padStart(6, '0')}`,
        seriesYear,
        seriesNumber,
        reference: paymentReference(seriesYear, seriesNumber),
        editionId,
        applicationId,
        applicationVersion: version,
        allocationId,
        organisationId: approved.organisationId,
        regionCode: approved.regionCode,
        booth: approved,
        feeScheduleId: schedule.id,
        taxBasisPoints,
        lines: [priced(approved, price, taxBasisPoints)],
        dueOn: approved.payBy,
      },
      now,
    );
    await this.books.open(tx, invoice);
  }
}
