import {
  invoiceCreditHeld,
  invoiceDueDateMoved,
  invoiceOpened,
  invoiceOverdue,
  invoicePaid,
  invoicePaidAfterVoid,
  invoicePartlyPaid,
  invoiceReminderDue,
  invoiceVoided,
} from '@ciep/contracts';
import { Aggregate, chineseDate, money, newId, type Currency } from '@ciep/kernel';
import { Column, Entity, PrimaryColumn, type ColumnOptions } from 'typeorm';
import { InvoiceNotPaidEnough, RefundExceedsCredit } from './invoice.errors.js';
import { boothText, reminderDay, totals, type Booth, type InvoiceLine } from './invoice.rules.js';

export const invoiceStates = ['open', 'partly_paid', 'paid', 'void'] as const;
export type InvoiceState = (typeof invoiceStates)[number];

/** Why an invoice asks for nothing any more; `overdue` and `organizer` are releases, after which the booth may be allocated again. */
export const voidReasons = ['withdrawn', 'rejected', 'overdue', 'organizer'] as const;
export type VoidReason = (typeof voidReasons)[number];

/** Whether exhibition was asked to allocate again, after the whole amount had arrived for a released booth, and what it said. */
export type Reallocation = 'none' | 'asked' | 'refused';

/** PostgreSQL hands bigint over as text; money() refuses what is no whole number of fen. */
const fen = (name: string): ColumnOptions => ({
  name,
  type: 'bigint',
  transformer: { from: (value: string) => money(Number(value)).amount, to: (value: number) => money(value).amount },
});

export interface OpenInvoice {
  readonly number: string;
  readonly seriesYear: number;
  readonly seriesNumber: number;
  readonly reference: string;
  readonly editionId: string;
  readonly applicationId: string;
  readonly applicationVersion: number;
  readonly allocationId: string;
  readonly organisationId: string;
  readonly regionCode: string | null;
  readonly booth: Booth;
  readonly feeScheduleId: string;
  readonly taxBasisPoints: number;
  readonly lines: readonly InvoiceLine[];
  readonly dueOn: string;
}

/** A demand for the price of one allocation, with all the money that has come for it (docs/rules.md#invoice). */
@Entity({ name: 'invoices' })
export class Invoice extends Aggregate {
  @PrimaryColumn('uuid', { name: 'id' }) id!: string;
  @Column({ name: 'version', type: 'int' }) version!: number;
  @Column({ name: 'number', type: 'text' }) number!: string;
  @Column({ name: 'series_year', type: 'int' }) seriesYear!: number;
  @Column({ name: 'series_number', type: 'int' }) seriesNumber!: number;
  @Column({ name: 'reference', type: 'text' }) reference!: string;
  @Column({ name: 'edition_id', type: 'uuid' }) editionId!: string;
  @Column({ name: 'application_id', type: 'uuid' }) applicationId!: string;
  /** Version of the application in the fact that this invoice stands on; older facts do not end it. */
  @Column({ name: 'application_version', type: 'int' }) applicationVersion!: number;
  @Column({ name: 'allocation_id', type: 'uuid' }) allocationId!: string;
  @Column({ name: 'organisation_id', type: 'uuid' }) organisationId!: string;
  @Column({ name: 'region_code', type: 'text', nullable: true }) regionCode!: string | null;
  @Column({ name: 'booth_id', type: 'uuid' }) boothId!: string;
  @Column({ name: 'booth_number', type: 'text' }) boothNumber!: string;
  @Column({ name: 'fee_schedule_id', type: 'uuid' }) feeScheduleId!: string;
  @Column({ name: 'tax_basis_points', type: 'int' }) taxBasisPoints!: number;
  @Column({ name: 'lines', type: 'jsonb' }) lines!: readonly InvoiceLine[];
  @Column({ name: 'currency', type: 'text' }) currency!: Currency;
  @Column(fen('net')) net!: number;
  @Column(fen('tax')) tax!: number;
  @Column(fen('gross')) gross!: number;
  @Column(fen('received')) received!: number;
  @Column(fen('refunded')) refunded!: number;
  @Column(fen('credit')) credit!: number;
  @Column({ name: 'credit_since', type: 'timestamptz', nullable: true }) creditSince!: Date | null;
  @Column({ name: 'status', type: 'text' }) status!: InvoiceState;
  @Column({ name: 'due_on', type: 'date' }) dueOn!: string;
  @Column({ name: 'remind_on', type: 'date', nullable: true }) remindOn!: string | null;
  @Column({ name: 'opened_at', type: 'timestamptz' }) openedAt!: Date;
  @Column({ name: 'paid_at', type: 'timestamptz', nullable: true }) paidAt!: Date | null;
  @Column({ name: 'overdue_at', type: 'timestamptz', nullable: true }) overdueAt!: Date | null;
  @Column({ name: 'voided_at', type: 'timestamptz', nullable: true }) voidedAt!: Date | null;
  @Column({ name: 'void_reason', type: 'text', nullable: true }) voidReason!: VoidReason | null;
  @Column({ name: 'reallocation', type: 'text' }) reallocation!: Reallocation;

  static open(given: OpenInvoice, at: Date): Invoice {
    const { booth, ...rest } = given;
    const invoice = Object.assign(new Invoice(), rest, {
      ...totals(given.lines),
      id: newId(),
      version: 1,
      boothId: booth.boothId,
      boothNumber: booth.boothNumber,
      currency: 'CNY' as const,
      received: 0,
      refunded: 0,
      credit: 0,
      creditSince: null,
      status: 'open' as const,
      remindOn: reminderDay(given.dueOn, chineseDate(at)),
      openedAt: at,
      paidAt: null,
      overdueAt: null,
      voidedAt: null,
      voidReason: null,
      reallocation: 'none' as const,
    });
    invoice.record(invoiceOpened({ ...invoice.told, gross: invoice.gross, currency: invoice.currency, dueOn: invoice.dueOn }));
    return invoice;
  }

  get isUnpaid(): boolean {
    return this.status === 'open' || this.status === 'partly_paid';
  }

  get asksForMoney(): boolean {
    return this.status !== 'void';
  }

  /** Money that is here: what came minus what went back. */
  get held(): number {
    return this.received - this.refunded;
  }

  get outstanding(): number {
    return this.isUnpaid ? this.gross - this.held : 0;
  }

  /** A later due date also ends an overdue state: the next one is told again. A date that is no other changes nothing. */
  moveDueDate(dueOn: string, at: Date): void {
    if (!this.isUnpaid || dueOn === this.dueOn) return;
    this.dueOn = dueOn;
    this.remindOn = reminderDay(dueOn, chineseDate(at));
    this.overdueAt = null;
    this.record(invoiceDueDateMoved({ ...this.told, dueOn }));
  }

  /** Only booths of one type and size are swapped, so the price stays (docs/rules.md#booth-swap). */
  nameBooth(booth: Booth): void {
    if (!this.isUnpaid) return;
    this.boothId = booth.boothId;
    this.boothNumber = booth.boothNumber;
    this.lines = this.lines.map(line => ({ ...line, text: boothText(booth) }));
  }

  remind(): void {
    this.remindOn = null;
    this.record(invoiceReminderDue({ ...this.told, outstanding: this.outstanding, currency: this.currency, dueOn: this.dueOn }));
  }

  becomeOverdue(at: Date): void {
    this.overdueAt = at;
    this.remindOn = null;
    this.record(invoiceOverdue({ ...this.told, outstanding: this.outstanding, currency: this.currency, dueOn: this.dueOn }));
  }

  receive(amount: number, at: Date): void {
    const { isUnpaid: wasUnpaid, held: before } = this;
    this.received += amount;
    if (this.status === 'void' && before < this.gross) this.askForReallocation();
    else if (wasUnpaid && this.held >= this.gross) this.standAsPaid(at);
    else if (wasUnpaid) {
      this.status = 'partly_paid';
      this.record(invoicePartlyPaid({ ...this.told, paid: this.held, outstanding: this.outstanding, currency: this.currency }));
    }
    this.holdCredit(at);
  }

  /**
   * The application ended. Money that had come is held for its payer; only when the booth was lost for lateness although the whole
   * amount had just come, exhibition is asked first to allocate it again (docs/rules.md#late-payment).
   */
  void(reason: VoidReason, applicationVersion: number, at: Date): void {
    this.applicationVersion = applicationVersion;
    if (this.status !== 'void') {
      this.status = 'void';
      this.voidedAt = at;
      this.remindOn = null;
      this.record(invoiceVoided(this.told));
    }
    this.voidReason = reason;
    this.reallocation = 'none';
    if (reason === 'overdue') this.askForReallocation();
    this.holdCredit(at);
  }

  /** Exhibition allocated the booth again: the invoice stands as paid. */
  reinstate(
    { allocationId, booth, applicationVersion }: { allocationId: string; booth: Booth; applicationVersion: number },
    at: Date,
  ): void {
    if (this.held < this.gross) throw new InvoiceNotPaidEnough(this.id, this.gross - this.held);
    this.allocationId = allocationId;
    this.applicationVersion = applicationVersion;
    this.boothId = booth.boothId;
    this.boothNumber = booth.boothNumber;
    this.lines = this.lines.map(line => ({ ...line, text: boothText(booth) }));
    if (this.status === 'void') {
      this.voidedAt = null;
      this.voidReason = null;
      this.reallocation = 'none';
      this.standAsPaid(at);
    }
    this.holdCredit(at);
  }

  /** The booth is gone: the money is held for its payer. */
  refuseReallocation(at: Date): void {
    if (this.status !== 'void') return;
    this.reallocation = 'refused';
    this.holdCredit(at);
  }

  refund(amount: number, at: Date): void {
    if (amount > this.credit) throw new RefundExceedsCredit(this.id, this.credit, amount);
    this.refunded += amount;
    this.holdCredit(at);
  }

  private get told() {
    const { id, applicationId, editionId, organisationId, regionCode } = this;
    return { invoiceId: id, applicationId, editionId, organisationId, regionCode };
  }

  private standAsPaid(at: Date): void {
    this.status = 'paid';
    this.paidAt = at;
    this.remindOn = null;
    this.record(invoicePaid({ ...this.told, paid: this.held, overpaid: this.held - this.gross, currency: this.currency }));
  }

  /** Once: what comes after the question, or after its answer, is credit. */
  private askForReallocation(): void {
    const released = this.voidReason === 'overdue' || this.voidReason === 'organizer';
    if (!released || this.reallocation !== 'none' || this.held < this.gross) return;
    this.reallocation = 'asked';
    this.record(invoicePaidAfterVoid({ ...this.told, paid: this.held, currency: this.currency }));
  }

  /** What belongs back to the payer: all that is held for a void invoice, otherwise what is more than the price. */
  private holdCredit(at: Date): void {
    const claimed = this.status !== 'void' || this.reallocation === 'asked' ? this.gross : 0;
    const credit = Math.max(0, this.held - claimed);
    if (credit > this.credit) this.record(invoiceCreditHeld({ ...this.told, credit, currency: this.currency }));
    this.creditSince = credit === 0 ? null : (this.creditSince ?? at);
    this.credit = credit;
  }
}
