import { Aggregate, money, newId, type Currency } from '@ciep/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { PaymentAlreadyAssigned } from './payment.errors.js';

export interface RecordedPayment {
  readonly account: string;
  readonly statementNumber: string;
  readonly receivedOn: string;
  /** In fen, more than zero. */
  readonly amount: number;
  readonly reference: string | null;
  readonly payer: string;
}

/** A transfer on a bank statement. Belongs to at most one invoice, for ever. */
@Entity({ name: 'payments' })
export class Payment extends Aggregate {
  @PrimaryColumn('uuid', { name: 'id' }) id!: string;
  @Column({ name: 'version', type: 'int' }) version!: number;
  @Column({ name: 'account', type: 'text' }) account!: string;
  @Column({ name: 'statement_number', type: 'text' }) statementNumber!: string;
  @Column({ name: 'received_on', type: 'date' }) receivedOn!: string;
  @Column({
    name: 'amount',
    type: 'bigint',
    transformer: { from: (value: string) => money(Number(value)).amount, to: (value: number) => money(value).amount },
  })
  amount!: number;
  @Column({ name: 'currency', type: 'text' }) currency!: Currency;
  @Column({ name: 'reference', type: 'text', nullable: true }) reference!: string | null;
  @Column({ name: 'payer', type: 'text' }) payer!: string;
  @Column({ name: 'invoice_id', type: 'uuid', nullable: true }) invoiceId!: string | null;
  @Column({ name: 'assigned_at', type: 'timestamptz', nullable: true }) assignedAt!: Date | null;
  @Column({ name: 'recorded_at', type: 'timestamptz' }) recordedAt!: Date;

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

  /** Whether the same line of a statement is being recorded again; `invoiceId` undefined where the clerk named none. */
  isTheSame(given: RecordedPayment, invoiceId: string | undefined): boolean {
    return (
      this.receivedOn === given.receivedOn &&
      this.amount === given.amount &&
      this.reference === given.reference &&
      this.payer === given.payer &&
      (invoiceId === undefined || invoiceId === this.invoiceId)
    );
  }

  assign(invoiceId: string, at: Date): void {
    if (this.invoiceId !== null) throw new PaymentAlreadyAssigned(this.id, this.invoiceId);
    this.invoiceId = invoiceId;
    this.assignedAt = at;
  }
}
