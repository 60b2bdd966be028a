import { applicationApproved, type ApplicationApproved } from '@ciep/contracts';
import { chineseDate, Clock } from '@ciep/kernel';
import { ReactsTo, type ReactionContext } from '@ciep/platform';
import { Controller } from '@nestjs/common';
import { NoFeeInForce } from '../fee-schedules/fee-schedule.errors.js';
import { FeeScheduleRepository } from '../fee-schedules/fee-schedule.repository.js';
import { InvoiceBooks } from '../invoices/invoice-books.service.js';
import { Invoice } from '../invoices/invoice.entity.js';
import { InvoiceRepository } from '../invoices/invoice.repository.js';
import { priced } from '../invoices/invoice.rules.js';
import { paymentReference } from '../invoices/reference.rules.js';
import { ApplicationEndRepository } from './application-end.repository.js';

/** Opens one invoice per allocation at the prices in force at the approval, even if the event arrives late. */
@Controller()
export class OpenInvoiceWhenApplicationApproved {
  constructor(
    private readonly ends: ApplicationEndRepository,
    private readonly schedules: FeeScheduleRepository,
    private readonly invoices: InvoiceRepository,
    private readonly books: InvoiceBooks,
    private readonly clock: Clock,
  ) {}

  @ReactsTo(applicationApproved)
  async on(approved: ApplicationApproved, { tx, event }: ReactionContext): Promise<void> {
    const { editionId, applicationId, allocationId, boothType } = approved;
    if ((await this.ends.lock(tx, applicationId)) > event.aggregateversion) return;
    if ((await this.invoices.ofApplication(tx, applicationId)).some(invoice => invoice.allocationId === allocationId)) return;

    const approvedAt = new Date(event.time);
    const schedule = await this.schedules.inForce(tx, editionId, approvedAt);
    const price = schedule?.lines.find(line => line.boothType === boothType);
    if (!schedule || !price) throw new NoFeeInForce(editionId, approvedAt, boothType);

    const now = this.clock.now();
    const seriesYear = Number(chineseDate(now).slice(0, 4));
    const seriesNumber = await this.invoices.nextNumber(tx, seriesYear);
    const { taxBasisPoints, graceDays } = schedule;
    const invoice = Invoice.open(
      {
        number: `CIEP-${seriesYear}-${String(seriesNumber).padStart(6, '0')}`,
        seriesYear,
        seriesNumber,
        reference: paymentReference(seriesYear, seriesNumber),
        editionId,
        applicationId,
        applicationNumber: approved.applicationNumber ?? null,
        applicationVersion: event.aggregateversion,
        allocationId,
        organisationId: approved.organisationId,
        regionCode: approved.regionCode,
        booth: approved,
        feeScheduleId: schedule.id,
        taxBasisPoints,
        lines: [priced(approved, price, taxBasisPoints)],
        dueOn: approved.payBy,
        graceDays,
      },
      now,
    );
    await this.books.open(tx, invoice);
  }
}
