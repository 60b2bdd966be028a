import {
  invoiceCreditHeld,
  invoiceDueDateMoved,
  invoiceGraceEnded,
  invoiceOpened,
  invoiceOverdue,
  invoicePaid,
  invoicePaidAfterVoid,
  invoicePartlyPaid,
  invoiceReminderDue,
  invoiceVoided,
} from '@ciep/contracts';
import { Aggregate, chineseDate, daysAfter, newId, type Currency } from '@ciep/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { fen } from '../ledger/fen.rules.js';
import { InvoiceNotPaidEnough, RefundExceedsCredit } from './invoice.errors.js';
import { boothText, reminderDay, totals, type Booth, type InvoiceLine } from './invoice.rules.js';

export const invoiceStates = ['open', 'partly_paid', 'paid', 'void'] as const;
export type InvoiceState = (typeof invoiceStates)[number];

/** Why an invoice is void. `overdue` and `organizer` are releases, after which the booth may be allocated again. */
export const voidReasons = ['withdrawn', 'rejected', 'overdue', 'organizer'] as const;
export type VoidReason = (typeof voidReasons)[number];

/** Whether exhibition was asked to reallocate after a released booth was fully paid, and its answer. */
export type Reallocation = 'none' | 'asked' | 'refused';

export interface OpenInvoice {
  readonly number: string;
  readonly seriesYear: number;
  readonly seriesNumber: number;
  readonly reference: string;
  readonly editionId: string;
  readonly applicationId: string;
  readonly applicationNumber: string | null;
  readonly applicationVersion: number;
  readonly allocationId: string;
  readonly organisationId: string;
  readonly regionCode: string | null;
  readonly booth: Booth;
  readonly feeScheduleId: string;
  readonly taxBasisPoints: number;
  readonly lines: readonly InvoiceLine[];
  readonly dueOn: string;
  readonly graceDays: number;
}

/** A demand for the price of one allocation, with all money received for it (docs/rules.md#invoice). */
@Entity({ name: 'invoices' })
export class Invoice extends Aggregate {
  @PrimaryColumn('uuid') id!: string;
  @Column({ type: 'int' }) version!: number;
  @Column({ type: 'text' }) number!: string;
  @Column({ type: 'int' }) seriesYear!: number;
  @Column({ type: 'int' }) seriesNumber!: number;
  @Column({ type: 'text' }) reference!: string;
  @Column({ type: 'uuid' }) editionId!: string;
  @Column({ type: 'uuid' }) applicationId!: string;
  /** Null for an invoice that was opened before events had the number. */
  @Column({ type: 'text', nullable: true }) applicationNumber!: string | null;
  /** Version of the application in the event that this invoice stands on; older events do not end it. */
  @Column({ type: 'int' }) applicationVersion!: number;
  @Column({ type: 'uuid' }) allocationId!: string;
  @Column({ type: 'uuid' }) organisationId!: string;
  @Column({ type: 'text', nullable: true }) regionCode!: string | null;
  @Column({ type: 'uuid' }) boothId!: string;
  @Column({ type: 'text' }) boothNumber!: string;
  @Column({ type: 'uuid' }) feeScheduleId!: string;
  @Column({ type: 'int' }) taxBasisPoints!: number;
  @Column({ type: 'jsonb' }) lines!: readonly InvoiceLine[];
  @Column({ type: 'text' }) currency!: Currency;
  @Column(fen) net!: number;
  @Column(fen) tax!: number;
  @Column(fen) gross!: number;
  @Column(fen) received!: number;
  @Column(fen) refunded!: number;
  @Column(fen) credit!: number;
  @Column({ type: 'timestamptz', nullable: true }) creditSince!: Date | null;
  @Column({ type: 'text' }) status!: InvoiceState;
  @Column({ type: 'date' }) dueOn!: string;
  @Column({ type: 'int' }) graceDays!: number;
  @Column({ type: 'date', nullable: true }) remindOn!: string | null;
  @Column({ type: 'timestamptz' }) openedAt!: Date;
  @Column({ type: 'timestamptz', nullable: true }) paidAt!: Date | null;
  /** The latest day on which money up to the price came to the account. */
  @Column({ type: 'date', nullable: true }) paidOn!: string | null;
  @Column({ type: 'timestamptz', nullable: true }) overdueAt!: Date | null;
  @Column({ type: 'timestamptz', nullable: true }) graceEndedAt!: Date | null;
  @Column({ type: 'timestamptz', nullable: true }) voidedAt!: Date | null;
  @Column({ type: 'text', nullable: true }) voidReason!: VoidReason | null;
  @Column({ type: 'text' }) reallocation!: Reallocation;

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
      paidOn: null,
      overdueAt: null,
      graceEndedAt: null,
      voidedAt: null,
      voidReason: null,
      reallocation: 'none' as const,
    });
    invoice.record(invoiceOpened({ ...invoice.eventFields, gross: invoice.gross, currency: invoice.currency, dueOn: invoice.dueOn }));
    return invoice;
  }

  get isUnpaid(): boolean {
    return this.status === 'open' || this.status === 'partly_paid';
  }

  get asksForMoney(): boolean {
    return this.status !== 'void';
  }

  /** Net money received: payments minus refunds. */
  get held(): number {
    return this.received - this.refunded;
  }

  get outstanding(): number {
    return this.isUnpaid ? this.gross - this.held : 0;
  }

  /** A later due date also ends the overdue state, so the next one is published again. The same date changes nothing. */
  moveDueDate(dueOn: string, at: Date): void {
    if (!this.isUnpaid || dueOn === this.dueOn) return;
    this.dueOn = dueOn;
    this.remindOn = reminderDay(dueOn, chineseDate(at));
    this.overdueAt = null;
    this.graceEndedAt = null;
    this.record(invoiceDueDateMoved({ ...this.eventFields, dueOn }));
  }

  /** Swapped booths have the same type and size, so the price stays the same (docs/rules.md#booth-swap). */
  nameBooth(booth: Booth): void {
    if (!this.isUnpaid) return;
    this.boothId = booth.boothId;
    this.boothNumber = booth.boothNumber;
    this.lines = this.lines.map(line => ({ ...line, text: boothText(booth) }));
  }

  remind(): void {
    this.remindOn = null;
    this.record(invoiceReminderDue({ ...this.eventFields, outstanding: this.outstanding, currency: this.currency, dueOn: this.dueOn }));
  }

  becomeOverdue(at: Date): void {
    this.overdueAt = at;
    this.remindOn = null;
    const { outstanding, currency, dueOn, graceDays } = this;
    this.record(invoiceOverdue({ ...this.eventFields, outstanding, currency, dueOn, graceEndsOn: daysAfter(dueOn, graceDays) }));
  }

  /** Until now the booth was kept for money that came on the due day and was recorded later (docs/rules.md#grace). */
  endGrace(at: Date): void {
    this.graceEndedAt = at;
    const { outstanding, currency, dueOn } = this;
    this.record(invoiceGraceEnded({ ...this.eventFields, outstanding, currency, dueOn }));
  }

  /** `receivedOn` is the day on which the money came to the account, in China: it decides whether it came in time, not `at`. */
  receive(amount: number, at: Date, receivedOn = chineseDate(at)): void {
    const { isUnpaid: wasUnpaid, held: before } = this;
    this.received += amount;
    if (before < this.gross && receivedOn > (this.paidOn ?? '')) this.paidOn = receivedOn;
    if (this.status === 'void' && before < this.gross) this.askForReallocation();
    else if (wasUnpaid && this.held >= this.gross) this.standAsPaid(at);
    else if (wasUnpaid) {
      this.status = 'partly_paid';
      this.record(invoicePartlyPaid({ ...this.eventFields, paid: this.held, outstanding: this.outstanding, currency: this.currency }));
    }
    this.holdCredit(at);
  }

  /**
   * The application ended. Received money is held for the payer. If the booth was released as overdue although the whole amount had just
   * arrived, exhibition is first asked to allocate it again (docs/rules.md#late-payment).
   */
  void(reason: VoidReason, applicationVersion: number, at: Date): void {
    this.applicationVersion = applicationVersion;
    if (this.status !== 'void') {
      this.status = 'void';
      this.voidedAt = at;
      this.remindOn = null;
      this.record(invoiceVoided(this.eventFields));
    }
    this.voidReason = reason;
    this.reallocation = 'none';
    if (reason === 'overdue') this.askForReallocation();
    this.holdCredit(at);
  }

  /** Exhibition allocated the booth again, so the invoice counts as paid. */
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

  /** The booth is gone, so the money is held for the payer. */
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

  private get eventFields() {
    const { id, applicationId, editionId, organisationId, regionCode } = this;
    return { invoiceId: id, applicationId, editionId, organisationId, regionCode };
  }

  private standAsPaid(at: Date): void {
    this.status = 'paid';
    this.paidAt = at;
    this.remindOn = null;
    if (this.paidOn !== null && this.paidOn <= this.dueOn) this.overdueAt = null;
    this.record(invoicePaid({ ...this.eventFields, paid: this.held, overpaid: this.held - this.gross, currency: this.currency }));
  }

  /** Asks at most once; later money is credit. */
  private askForReallocation(): void {
    const released = this.voidReason === 'overdue' || this.voidReason === 'organizer';
    if (!released || this.reallocation !== 'none' || this.held < this.gross) return;
    this.reallocation = 'asked';
    this.record(invoicePaidAfterVoid({ ...this.eventFields, paid: this.held, currency: this.currency }));
  }

  /** The amount owed to the payer: everything held for a void invoice, otherwise the part above the price. */
  private holdCredit(at: Date): void {
    const claimed = this.status !== 'void' || this.reallocation === 'asked' ? this.gross : 0;
    const credit = Math.max(0, this.held - claimed);
    if (credit > this.credit) this.record(invoiceCreditHeld({ ...this.eventFields, credit, currency: this.currency }));
    this.creditSince = credit === 0 ? null : (this.creditSince ?? at);
    this.credit = credit;
  }
}
