import { describe, expect, it } from '@jest/globals';
import { BillingConfig } from './billing.config.js';

const account = { BILLING_ACCOUNT_NAME: '示例收款单位', BILLING_ACCOUNT_BANK: '示例银行', BILLING_ACCOUNT_NUMBER: '4000123456789' };

describe(BillingConfig.name, () => {
  it('has an invented account for development', () => {
    expect(new BillingConfig({ CIEP_PROFILE: 'development' }).accountName).toContain('虚构');
  });

  it('requires a real account in production', () => {
    expect(() => new BillingConfig({})).toThrow(/BILLING_ACCOUNT_NAME[\s\S]*BILLING_ACCOUNT_BANK[\s\S]*BILLING_ACCOUNT_NUMBER/);
    expect(() => new BillingConfig({ ...account, BILLING_ACCOUNT_NUMBER: '' })).toThrow('BILLING_ACCOUNT_NUMBER');
    expect(new BillingConfig({ ...account, CIEP_PROFILE: 'production' }).accountNumber).toBe('4000123456789');
  });
});
