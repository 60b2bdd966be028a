import { newId } from '@ciep/kernel';
import { AggregateRepository, Database, type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { Candidate, Proposal } from './match.rules.js';
import type { IncomingEntry } from './statement-file.rules.js';
import { StatementLine } from './statement-line.entity.js';

/** A line or payment that has one of the numbers. */
export interface Known {
  readonly account: string;
  readonly statementKey: string;
  readonly receivedOn: string;
  readonly amount: number;
}

const outstanding = `CASE WHEN i.status IN ('open', 'partly_paid') THEN i.gross - i.received + i.refunded ELSE 0 END`;

@Injectable()
export class StatementLineRepository extends AggregateRepository<StatementLine> {
  constructor(database: Database) {
    super(database, StatementLine, ['payer', 'text']);
  }

  /** Lines and payments with the numbers of these entries, from imports and from clerks. */
  async known(entries: readonly IncomingEntry[], tx: Tx): Promise<Known[]> {
    return tx.query<Known[]>(
      `SELECT k.account, k.statement_key AS "statementKey", k.received_on AS "receivedOn", k.amount::float8 AS amount
       FROM unnest($1::text[], $2::text[]) AS asked(account, key)
       JOIN (SELECT account, statement_key, received_on, amount FROM statement_lines
             UNION ALL SELECT account, statement_key, received_on, amount FROM payments) k
         ON k.account = asked.account AND k.statement_key = asked.key`,
      [entries.map(({ account }) => account), entries.map(({ statementKey }) => statementKey)],
    );
  }

  /** Invoices by their references. */
  named(references: readonly string[], tx: Tx): Promise<Candidate[]> {
    return tx.query<Candidate[]>(
      `SELECT i.id, i.reference, (${outstanding})::float8 AS outstanding FROM invoices i WHERE i.reference = ANY($1) ORDER BY i.id`,
      [references],
    );
  }

  /** Unpaid invoices whose outstanding amount is one of these, at most ten for each. */
  alike(amounts: readonly number[], tx: Tx): Promise<Candidate[]> {
    return tx.query<Candidate[]>(
      `SELECT i.id, i.reference, i.outstanding FROM unnest($1::bigint[]) AS asked(amount) CROSS JOIN LATERAL (
         SELECT i.id, i.reference, (${outstanding})::float8 AS outstanding FROM invoices i
         WHERE i.status IN ('open', 'partly_paid') AND i.gross - i.received + i.refunded = asked.amount ORDER BY i.due_on, i.id LIMIT 10) i`,
      [amounts],
    );
  }

  /** Inserts proposals and skips known numbers; returns the ids of the new ones by account and key. */
  async propose(jobId: string, proposals: readonly (IncomingEntry & Proposal)[], tx: Tx): Promise<Map<string, string>> {
    const rows = proposals.map(
      ({ row, account, statementNumber, statementKey, receivedOn, amount, text, payer, match, invoiceId, candidateIds }) => ({
        ...{ id: newId(), version: 1, job_id: jobId, row, account, statement_number: statementNumber },
        ...{ statement_key: statementKey, received_on: receivedOn, amount },
        ...{ currency: 'CNY', text, payer, match, invoice_id: invoiceId, candidate_ids: candidateIds, status: 'proposed' },
      }),
    );
    const columns =
      'id, version, job_id, row, account, statement_number, statement_key, received_on, amount, currency, text, payer, match, invoice_id, candidate_ids, status';
    const written = await tx.query<{ id: string; account: string; key: string }[]>(
      `INSERT INTO statement_lines (${columns}) SELECT ${columns} FROM jsonb_populate_recordset(NULL::statement_lines, $1::jsonb)
       ON CONFLICT (account, statement_key) DO NOTHING RETURNING id, account, statement_key AS key`,
      [JSON.stringify(rows)],
    );
    return new Map(written.map(({ id, account, key }) => [`${account} ${key}`, id]));
  }
}
