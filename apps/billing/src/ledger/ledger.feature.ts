import { defineFeature } from '@ciep/platform';
import { ledgerInvariants } from './ledger-invariants.queries.js';
import { LedgerRepository } from './ledger.repository.js';
import { OurAccounts } from './our-accounts.service.js';

export const ledger = defineFeature({
  providers: [LedgerRepository, OurAccounts],
  invariants: ledgerInvariants,
});
