import { defineFeature } from '@ciep/platform';
import { Account } from './account.entity.js';
import { AccountRepository } from './account.repository.js';
import { AccountQueries } from './accounts.queries.js';
import { Admission } from './admission.service.js';
import { ChangeMyProfile } from './change-my-profile.use-case.js';
import { CloseAccount } from './close-account.use-case.js';
import { ClosingQueries } from './closing.queries.js';
import { EraseClosedAccounts } from './erase-closed-accounts.job.js';
import { LockOut } from './lock-out.service.js';
import { LogIn } from './log-in.use-case.js';
import { LoginTries } from './login-tries.service.js';
import { MeController } from './me.controller.js';
import { MeQueries } from './me.queries.js';
import { Membership } from './membership.entity.js';
import { MembershipRepository } from './membership.repository.js';
import { Passwords } from './passwords.service.js';
import { Tries } from './tries.service.js';

export const accounts = defineFeature({
  controllers: [MeController],
  jobs: [EraseClosedAccounts],
  providers: [
    AccountQueries,
    AccountRepository,
    Admission,
    ChangeMyProfile,
    CloseAccount,
    ClosingQueries,
    LockOut,
    LogIn,
    LoginTries,
    MeQueries,
    MembershipRepository,
    Passwords,
    Tries,
  ],
  entities: [Account, Membership],
  retention: [
    { table: 'tries', since: 'since', keep: '1 day' },
    // Until then every try has expired and every pause is over.
    { table: 'lock_outs', since: 'counted_at', keep: '2 days' },
    { table: 'familiar_places', since: 'seen_at', keep: '90 days' },
  ],
});
