import { Aggregate, money, newId, type Currency } from '@ciep/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';

export interface RecordedRefund {
  readonly invoiceId: string;
  readonly account: string;
  readonly statementNumber: string;
  readonly refundedOn: string;
  /** In fen, more than zero. */
  readonly amount: number;
}

/** A transfer that took credit back to its payer. Never changed. */
@Entity({ name: 'refunds' })
export class Refund extends Aggregate {
  @PrimaryColumn('uuid', { name: 'id' }) id!: string;
  @Column({ name: 'version', type: 'int' }) version!: number;
  @Column({ name: 'invoice_id', type: 'uuid' }) invoiceId!: string;
  @Column({ name: 'account', type: 'text' }) account!: string;
  @Column({ name: 'statement_number', type: 'text' }) statementNumber!: string;
  @Column({ name: 'refunded_on', type: 'date' }) refundedOn!: string;
  @Column({
    name: 'amount',
    type: 'bigint',
    transformer: { from: (value: string) => money(Number(value)).amount, to: (value: number) => money(value).amount },
  })
  amount!: number;
  @Column({ name: 'currency', type: 'text' }) currency!: Currency;
  @Column({ name: 'recorded_at', type: 'timestamptz' }) recordedAt!: Date;

  static record(given: RecordedRefund, at: Date): Refund {
    return Object.assign(new Refund(), given, { id: newId(), version: 1, currency: 'CNY' as const, recordedAt: at });
  }

  isTheSame({ invoiceId, refundedOn, amount }: RecordedRefund): boolean {
    return this.invoiceId === invoiceId && this.refundedOn === refundedOn && this.amount === amount;
  }
}
