import type { IncomingFile } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { OurAccounts } from '../ledger/our-accounts.service.js';
import { accountNumber } from '../ledger/statement.rules.js';
import { importStatementKind, mostBytes, type StatementFile } from './statement-file.rules.js';
import { StatementAccountMissing, StatementUnreadable } from './statement.errors.js';
import type { ImportStatementQuery } from './statements.dto.js';

/** Takes a bank's file in; a job reads it. */
@Injectable()
export class StatementUploads {
  constructor(private readonly accounts: OurAccounts) {}

  /** Throws {@link StatementUnreadable} for a file that is too large or empty, and the refusals of the account. */
  async receive({ stream, mediaType }: IncomingFile, query: ImportStatementQuery) {
    const format = mediaType === 'text/csv' ? ('csv' as const) : ('xml' as const);
    if (format === 'csv' && query.account === undefined) throw new StatementAccountMissing();
    const account = query.account === undefined ? undefined : accountNumber(query.account);
    if (account !== undefined) this.accounts.check(account);
    const input: StatementFile = {
      format,
      account,
      columns: {
        statementNumber: query.statementNumberColumn ?? '流水号',
        entryReference: query.entryReferenceColumn,
        receivedOn: query.receivedOnColumn ?? '交易日期',
        amount: query.amountColumn ?? '贷方发生额',
        reference: query.referenceColumn ?? '摘要',
        payer: query.payerColumn ?? '对方户名',
        delimiter: query.delimiter ?? 'comma',
      },
    };
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > mostBytes) throw StatementUnreadable.tooLarge(mostBytes);
      chunks.push(chunk);
    }
    if (size === 0) throw StatementUnreadable.empty();
    return { kind: importStatementKind, permission: 'payment:read', input, file: Buffer.concat(chunks) } as const;
  }
}
