import { Aggregate, newId, type Currency } from '@ciep/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { fen } from '../ledger/fen.rules.js';

export interface RecordedRefund {
  readonly invoiceId: string;
  readonly account: string;
  readonly statementNumber: string;
  /** Its normal form; unique within the account. */
  readonly statementKey: string;
  readonly refundedOn: string;
  /** In fen, positive. */
  readonly amount: number;
}

/** A transfer that returned credit to its payer. Immutable. */
@Entity({ name: 'refunds' })
export class Refund extends Aggregate {
  @PrimaryColumn('uuid') id!: string;
  @Column({ type: 'int' }) version!: number;
  @Column({ type: 'uuid' }) invoiceId!: string;
  @Column({ type: 'text' }) account!: string;
  @Column({ type: 'text' }) statementNumber!: string;
  @Column({ type: 'text' }) statementKey!: string;
  @Column({ type: 'date' }) refundedOn!: string;
  @Column(fen) amount!: number;
  @Column({ type: 'text' }) currency!: Currency;
  @Column({ type: 'timestamptz' }) recordedAt!: Date;

  static record(given: RecordedRefund, at: Date): Refund {
    return Object.assign(new Refund(), given, { id: newId(), version: 1, currency: 'CNY' as const, recordedAt: at });
  }

  isTheSame({ invoiceId, refundedOn, amount }: RecordedRefund): boolean {
    return this.invoiceId === invoiceId && this.refundedOn === refundedOn && this.amount === amount;
  }
}
