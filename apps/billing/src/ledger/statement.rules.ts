/**
 * One line of a bank statement has one spelling in the books, so that blanks and hyphens never make two payments of one
 * (docs/rules.md#statement-number).
 */
export const normalLine = <Line extends { readonly account: string; readonly statementNumber: string }>(line: Line): Line => ({
  ...line,
  account: line.account.replaceAll(/[\s-]/g, '').toUpperCase(),
  statementNumber: line.statementNumber.trim(),
});
