import { ConfigurationError, setting, settings } from '@ciep/platform';
import { z } from 'zod';

const textOr = (byDefault: string) => z.string().min(1).max(120).default(byDefault);

/** Settings of billing: the account that exhibitors pay to, as it stands on every payment demand. */
export class BillingConfig extends settings({
  accountName: setting(
    'BILLING_ACCOUNT_NAME',
    textOr('演示账户（虚构） Demo account (invented)'),
    'holder of the account that exhibitors pay to',
  ),
  accountBank: setting('BILLING_ACCOUNT_BANK', textOr('演示银行深圳分行（虚构） Demo Bank, Shenzhen (invented)'), 'bank of that account'),
  accountNumber: setting('BILLING_ACCOUNT_NUMBER', textOr('0000000000000000000'), 'number of that account'),
}) {
  constructor(environment: NodeJS.ProcessEnv) {
    super(environment);
    if (environment['CIEP_PROFILE'] === 'development') return;
    // Nobody may be asked to pay to an invented account.
    const missing = Object.values(BillingConfig.shape).filter(({ key }) => !environment[key]);
    if (missing.length > 0) throw new ConfigurationError(missing.map(({ key, meaning }) => `${key} (${meaning}): is missing`));
  }
}
