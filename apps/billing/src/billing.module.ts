import { defineService } from '@ciep/platform';
import { applications } from './applications/applications.feature.js';
import { BillingConfig } from './billing.config.js';
import { credits } from './credits/credits.feature.js';
import { CreateBilling1700000000001 } from './database/migrations/1700000000001-create-billing.js';
import { AddGrace1700000000002 } from './database/migrations/1700000000002-add-grace.js';
import { AddStatements1700000000003 } from './database/migrations/1700000000003-add-statements.js';
import { NamePayers1700000000004 } from './database/migrations/1700000000004-name-payers.js';
import { seedBilling } from './database/seed.js';
import { deadlines } from './deadlines/deadlines.feature.js';
import { feeSchedules } from './fee-schedules/fee-schedules.feature.js';
import { invoices } from './invoices/invoices.feature.js';
import { ledger } from './ledger/ledger.feature.js';
import { payments } from './payments/payments.feature.js';
import { statements } from './statements/statements.feature.js';

export const billing = defineService({
  name: 'billing',
  features: [applications, credits, deadlines, feeSchedules, invoices, ledger, payments, statements],
  migrations: [CreateBilling1700000000001, AddGrace1700000000002, AddStatements1700000000003, NamePayers1700000000004],
  config: BillingConfig,
  seed: seedBilling,
});
