import { Aggregate, newId, normalCode, type Currency } from '@ciep/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { fen } from '../ledger/fen.rules.js';
import { PaymentAlreadyAssigned } from './payment.errors.js';

export interface RecordedPayment {
  readonly account: string;
  readonly statementNumber: string;
  /** Its normal form; unique within the account. */
  readonly statementKey: string;
  readonly receivedOn: string;
  /** In fen, positive. */
  readonly amount: number;
  readonly reference: string | null;
  readonly payer: string;
}

/** A transfer on a bank statement. It belongs to at most one invoice, permanently. */
@Entity({ name: 'payments' })
export class Payment extends Aggregate {
  @PrimaryColumn('uuid') id!: string;
  @Column({ type: 'int' }) version!: number;
  @Column({ type: 'text' }) account!: string;
  @Column({ type: 'text' }) statementNumber!: string;
  @Column({ type: 'text' }) statementKey!: string;
  @Column({ type: 'date' }) receivedOn!: string;
  @Column(fen) amount!: number;
  @Column({ type: 'text' }) currency!: Currency;
  @Column({ type: 'text', nullable: true }) reference!: string | null;
  @Column({ type: 'text' }) payer!: string;
  @Column({ type: 'uuid', nullable: true }) invoiceId!: string | null;
  @Column({ type: 'timestamptz', nullable: true }) assignedAt!: Date | null;
  @Column({ type: 'timestamptz' }) recordedAt!: Date;

  static record(given: RecordedPayment, invoiceId: string | null, at: Date): Payment {
    return Object.assign(new Payment(), given, {
      id: newId(),
      version: 1,
      currency: 'CNY' as const,
      invoiceId,
      assignedAt: invoiceId === null ? null : at,
      recordedAt: at,
    });
  }

  /** Whether the same line of a statement is recorded again; `invoiceId` is undefined if the clerk named none. */
  isTheSame(given: RecordedPayment, invoiceId: string | undefined): boolean {
    return (
      this.receivedOn === given.receivedOn &&
      this.amount === given.amount &&
      this.reference === given.reference &&
      normalCode(this.payer) === normalCode(given.payer) &&
      (invoiceId === undefined || invoiceId === this.invoiceId)
    );
  }

  assign(invoiceId: string, at: Date): void {
    if (this.invoiceId !== null) throw new PaymentAlreadyAssigned(this.id, this.invoiceId);
    this.invoiceId = invoiceId;
    this.assignedAt = at;
  }
}
