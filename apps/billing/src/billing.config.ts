import { ConfigurationError, setting, settings } from '@ciep/platform';
import { z } from 'zod';

const textOr = (byDefault: string) => z.string().min(1).max(120).default(byDefault);

const required = ['accountName', 'accountBank', 'accountNumber'] as const;
const inventedAccounts = '4000 0000 0001, 4000 0000 0002';

/** Settings of billing: the seller and the account that exhibitors pay to, as printed on every payment demand, and our other accounts. */
export class BillingConfig extends settings({
  accountName: setting(
    'BILLING_ACCOUNT_NAME',
    textOr('演示账户（虚构） Demo account (invented)'),
    'holder of the account that exhibitors pay to',
  ),
  accountBank: setting('BILLING_ACCOUNT_BANK', textOr('演示银行深圳分行（虚构） Demo Bank, Shenzhen (invented)'), 'bank of that account'),
  accountNumber: setting('BILLING_ACCOUNT_NUMBER', textOr('0000000000000000000'), 'number of that account'),
  sellerName: setting(
    'BILLING_SELLER_NAME',
    z.string().min(1).max(120).optional(),
    'who sells the booths; the holder of the account unless named',
  ),
  sellerTaxNumber: setting(
    'BILLING_SELLER_TAX_NUMBER',
    z.string().min(1).max(40).optional(),
    'taxpayer identification number of the seller, on every payment demand',
  ),
  otherAccounts: setting(
    'BILLING_OTHER_ACCOUNTS',
    z.string().max(1_000).optional(),
    'numbers of further accounts that money comes to, separated by commas',
  ),
}) {
  /** Numbers of the accounts that payments come to and refunds leave from, as they were typed. */
  readonly accounts: readonly string[];

  constructor(environment: NodeJS.ProcessEnv) {
    super(environment);
    const isDevelopment = environment['CIEP_PROFILE'] === 'development';
    const others = this.otherAccounts ?? (isDevelopment ? inventedAccounts : '');
    this.accounts = [this.accountNumber, ...others.split(',')].filter(account => account.trim() !== '');
    if (isDevelopment) return;
    // Production must not demand payment to an invented account.
    const missing = required.map(name => BillingConfig.shape[name]).filter(({ key }) => !environment[key]);
    if (missing.length > 0) throw new ConfigurationError(missing.map(({ key, meaning }) => `${key} (${meaning}): is missing`));
  }
}
