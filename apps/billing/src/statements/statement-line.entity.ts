import { Aggregate, type Currency } from '@ciep/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { fen } from '../ledger/fen.rules.js';
import type { Match } from './match.rules.js';
import { StatementLineAmbiguous, StatementLineDecided } from './statement.errors.js';

export const lineStates = ['proposed', 'accepted', 'dismissed'] as const;
export type LineState = (typeof lineStates)[number];

/** A line of an imported bank statement, until a person has said what it is. */
@Entity({ name: 'statement_lines' })
export class StatementLine extends Aggregate {
  @PrimaryColumn('uuid') id!: string;
  @Column({ type: 'int' }) version!: number;
  @Column({ type: 'uuid' }) jobId!: string;
  @Column({ type: 'int' }) row!: number;
  @Column({ type: 'text' }) account!: string;
  @Column({ type: 'text' }) statementNumber!: string;
  @Column({ type: 'text' }) statementKey!: string;
  @Column({ type: 'date' }) receivedOn!: string;
  @Column(fen) amount!: number;
  @Column({ type: 'text' }) currency!: Currency;
  @Column({ type: 'text', nullable: true }) text!: string | null;
  @Column({ type: 'text' }) payer!: string;
  @Column({ type: 'text' }) match!: Match;
  @Column({ type: 'uuid', nullable: true }) invoiceId!: string | null;
  @Column({ type: 'jsonb' }) candidateIds!: readonly string[];
  @Column({ type: 'text' }) status!: LineState;
  @Column({ type: 'uuid', nullable: true }) paymentId!: string | null;
  @Column({ type: 'text', nullable: true }) dismissedReason!: string | null;

  /** The invoice that the money is recorded for, of the proposal unless another is chosen; undefined leaves it unassigned. */
  invoiceFor(chosen: string | undefined): string | undefined {
    this.mustBeOpen();
    if (chosen === undefined && this.match === 'ambiguous') throw new StatementLineAmbiguous(this.id, this.candidateIds);
    return chosen ?? this.invoiceId ?? undefined;
  }

  accept(paymentId: string, invoiceId: string | undefined): void {
    this.mustBeOpen();
    this.status = 'accepted';
    this.paymentId = paymentId;
    this.invoiceId = invoiceId ?? null;
  }

  dismiss(reason: string): void {
    this.mustBeOpen();
    this.status = 'dismissed';
    this.dismissedReason = reason;
  }

  private mustBeOpen(): void {
    if (this.status !== 'proposed') throw new StatementLineDecided(this.id, this.status);
  }
}
