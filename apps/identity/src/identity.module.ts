import { defineService } from '@ciep/platform';
import { accounts } from './accounts/accounts.feature.js';
import { clients } from './clients/clients.feature.js';
import { createClient } from './clients/create-client.service.js';
import { demoDataIn } from './database/demo-data.queries.js';
import { CreateIdentity1700000000001 } from './database/migrations/1700000000001-create-identity.js';
import { RecoverPasswords1700000000002 } from './database/migrations/1700000000002-recover-passwords.js';
import { JoinSeveralOrganisations1700000000003 } from './database/migrations/1700000000003-join-several-organisations.js';
import { InviteMembers1700000000010 } from './database/migrations/1700000000010-invite-members.js';
import { ChooseOrganisations1700000000020 } from './database/migrations/1700000000020-choose-organisations.js';
import { GrantRoles1700000000030 } from './database/migrations/1700000000030-grant-roles.js';
import { ManageOwnAccount1700000000040 } from './database/migrations/1700000000040-manage-own-account.js';
import { AddSecondFactors1700000000050 } from './database/migrations/1700000000050-add-second-factors.js';
import { seedIdentity } from './database/seed.js';
import { IdentityConfig } from './identity.config.js';
import { invitations } from './invitations/invitations.feature.js';
import { linkRequests } from './link-requests/link-requests.feature.js';
import { members } from './members/members.feature.js';
import { loginPages } from './login-pages/login-pages.feature.js';
import { mailChanges } from './mail-changes/mail-changes.feature.js';
import { mountOidc } from './oidc/mount.service.js';
import { oidc } from './oidc/oidc.feature.js';
import { organisations } from './organisations/organisations.feature.js';
import { passwords } from './passwords/passwords.feature.js';
import { reference } from './reference/reference.feature.js';
import { createAdministrator } from './registrations/create-administrator.service.js';
import { registrations } from './registrations/registrations.feature.js';
import { secondFactors } from './second-factors/second-factors.feature.js';
import { roleGrants } from './role-grants/role-grants.feature.js';
import { secrets } from './secrets/secrets.feature.js';
import { sessions } from './sessions/sessions.feature.js';

/** The module of identity. */
export const identity = defineService({
  name: 'identity',
  features: [
    accounts,
    clients,
    invitations,
    linkRequests,
    loginPages,
    mailChanges,
    members,
    oidc,
    organisations,
    passwords,
    reference,
    registrations,
    roleGrants,
    secondFactors,
    secrets,
    sessions,
  ],
  migrations: [
    CreateIdentity1700000000001,
    RecoverPasswords1700000000002,
    JoinSeveralOrganisations1700000000003,
    InviteMembers1700000000010,
    ChooseOrganisations1700000000020,
    GrantRoles1700000000030,
    ManageOwnAccount1700000000040,
    AddSecondFactors1700000000050,
  ],
  config: IdentityConfig,
  seed: seedIdentity,
  unfitForProduction: demoDataIn,
  commands: { 'create-administrator': createAdministrator, 'create-client': createClient },
  beforeListen: mountOidc,
  publishesKeys: true,
});

export { demoAccounts, demoExhibitor, demoPassword, demoSecretOf, type DemoAccount } from './database/demo-accounts.js';
