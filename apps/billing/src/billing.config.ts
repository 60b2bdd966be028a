import { ConfigurationError, setting, settings } from '@ciep/platform';
import { z } from 'zod';

const demo = {
  name: '演示账户（虚构） Demo account (invented)',
  bank: '演示银行深圳分行（虚构） Demo Bank, Shenzhen (invented)',
  number: '0000000000000000000',
};
const account = (key: string, byDefault: string, meaning: string) => setting(key, z.string().min(1).max(120).default(byDefault), meaning);

/** Settings of billing: the account that exhibitors pay to, as it stands on every payment demand. */
export class BillingConfig extends settings({
  accountName: account('BILLING_ACCOUNT_NAME', demo.name, 'holder of the account that exhibitors pay to'),
  accountBank: account('BILLING_ACCOUNT_BANK', demo.bank, 'bank of that account'),
  accountNumber: account('BILLING_ACCOUNT_NUMBER', demo.number, 'number of that account'),
}) {
  constructor(environment: NodeJS.ProcessEnv) {
    super(environment);
    if (environment['CIEP_PROFILE'] === 'development') return;
    // Nobody may be asked to pay to an invented account.
    const missing = ['BILLING_ACCOUNT_NAME', 'BILLING_ACCOUNT_BANK', 'BILLING_ACCOUNT_NUMBER'].filter(key => !environment[key]);
    if (missing.length > 0) throw new ConfigurationError(missing.map(key => `${key} (account that exhibitors pay to): is missing`));
  }
}
