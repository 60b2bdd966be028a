import { normalCode } from '@ciep/kernel';

/** An account number as it stands in the books: in its normal form, without dashes. */
export const accountNumber = (given: string): string => normalCode(given).replaceAll(/\p{Dash}/gu, '');

/**
 * One line of a bank statement has one spelling in the books, so that blanks, hyphens and other bytes never make two payments of
 * one (docs/rules.md#statement-number). Its number is shown as typed, and compared by its key.
 */
export const normalLine = <Line extends { readonly account: string; readonly statementNumber: string }>(
  line: Line,
): Line & { readonly statementKey: string } => ({
  ...line,
  account: accountNumber(line.account),
  statementNumber: line.statementNumber.trim(),
  statementKey: normalCode(line.statementNumber),
});
