import { defineService } from '@ciep/platform';
import { Module } from '@nestjs/common';
import { Account } from './accounts/account.entity.js';
import { AccountRepository } from './accounts/account.repository.js';
import { AccountQueries } from './accounts/accounts.queries.js';
import { Admission } from './accounts/admission.service.js';
import { LockOut } from './accounts/lock-out.service.js';
import { LogIn } from './accounts/log-in.use-case.js';
import { LoginTries } from './accounts/login-tries.service.js';
import { MeController } from './accounts/me.controller.js';
import { MeQueries } from './accounts/me.queries.js';
import { Membership } from './accounts/membership.entity.js';
import { MembershipRepository } from './accounts/membership.repository.js';
import { Passwords } from './accounts/passwords.service.js';
import { Tries } from './accounts/tries.service.js';
import { ClientDirectory } from './clients/client-directory.queries.js';
import { ClientOwnerQueries } from './clients/client-owner.queries.js';
import { ClientSecrets } from './clients/client-secrets.service.js';
import { OauthClient } from './clients/client.entity.js';
import { ClientRepository } from './clients/client.repository.js';
import { ClientsController } from './clients/clients.controller.js';
import { ClientQueries } from './clients/clients.queries.js';
import { createClient } from './clients/create-client.service.js';
import { DisableClient } from './clients/disable-client.use-case.js';
import { EnableClient } from './clients/enable-client.use-case.js';
import { RegisterClient } from './clients/register-client.use-case.js';
import { RotateSecret } from './clients/rotate-secret.use-case.js';
import { CreateIdentity1700000000001 } from './database/migrations/1700000000001-create-identity.js';
import { demoDataIn } from './database/demo-data.queries.js';
import { seedIdentity } from './database/seed.js';
import { IdentityConfig } from './identity.config.js';
import { AccessTokenRevocation } from './oidc/access-token-revocation.service.js';
import { ExistingGrant } from './oidc/existing-grant.service.js';
import { Grants } from './oidc/grants.repository.js';
import { InteractionPages } from './oidc/interaction-pages.service.js';
import { Interactions } from './oidc/interactions.service.js';
import { mountOidc } from './oidc/mount.service.js';
import { ProviderClients } from './oidc/provider-clients.service.js';
import { ProviderFactory } from './oidc/provider-factory.service.js';
import { ProviderHost } from './oidc/provider-host.service.js';
import { ProviderPages } from './oidc/provider-pages.service.js';
import { ProviderPeople } from './oidc/provider-people.service.js';
import { Revocations } from './oidc/revocations.service.js';
import { SecretTries } from './oidc/secret-tries.service.js';
import { SigningKeys } from './oidc/signing-keys.service.js';
import { ChangeProfile } from './organisations/change-profile.use-case.js';
import { ContactsController } from './organisations/contacts.controller.js';
import { Organisation } from './organisations/organisation.entity.js';
import { OrganisationRepository } from './organisations/organisation.repository.js';
import { OrganisationsController } from './organisations/organisations.controller.js';
import { OrganisationQueries } from './organisations/organisations.queries.js';
import { ReferenceController } from './reference/reference.controller.js';
import { AdministratorQueries } from './registrations/administrators.queries.js';
import { createAdministrator } from './registrations/create-administrator.service.js';
import { ForgetUnverifiedRegistrations } from './registrations/forget-unverified-registrations.job.js';
import { InviteAdministrator } from './registrations/invite-administrator.use-case.js';
import { LinkTerms } from './registrations/link-terms.service.js';
import { Links } from './registrations/links.service.js';
import { RegisterOrganisation } from './registrations/register-organisation.use-case.js';
import { RegistrationLimit } from './registrations/registration-limit.service.js';
import { RegistrationPages } from './registrations/registration-pages.service.js';
import { Registration } from './registrations/registration.entity.js';
import { RegistrationRepository } from './registrations/registration.repository.js';
import { RegistrationsController } from './registrations/registrations.controller.js';
import { RegistrationQueries } from './registrations/registrations.queries.js';
import { ResendLink } from './registrations/resend-link.use-case.js';
import { VerificationsController } from './registrations/verifications.controller.js';
import { VerifyRegistration } from './registrations/verify-registration.use-case.js';
import { Sealing } from './secrets/sealing.service.js';
import { Secrets } from './secrets/secrets.service.js';

const accounts = [
  AccountRepository,
  AccountQueries,
  MembershipRepository,
  Admission,
  LockOut,
  LogIn,
  LoginTries,
  MeQueries,
  Passwords,
  Tries,
];
const clients = [
  ClientRepository,
  ClientDirectory,
  ClientOwnerQueries,
  ClientSecrets,
  ClientQueries,
  RegisterClient,
  RotateSecret,
  DisableClient,
  EnableClient,
];
const organisations = [OrganisationRepository, OrganisationQueries, ChangeProfile];
const registrations = [
  RegistrationRepository,
  RegistrationQueries,
  AdministratorQueries,
  InviteAdministrator,
  RegisterOrganisation,
  ResendLink,
  VerifyRegistration,
  Links,
  LinkTerms,
  RegistrationLimit,
  RegistrationPages,
  ForgetUnverifiedRegistrations,
];
const oidc = [
  SigningKeys,
  Grants,
  Revocations,
  AccessTokenRevocation,
  SecretTries,
  ProviderClients,
  ProviderPeople,
  ExistingGrant,
  ProviderPages,
  ProviderFactory,
  ProviderHost,
  Interactions,
  InteractionPages,
];

@Module({
  controllers: [
    RegistrationsController,
    VerificationsController,
    MeController,
    OrganisationsController,
    ContactsController,
    ClientsController,
    ReferenceController,
  ],
  providers: [Sealing, Secrets, ...accounts, ...clients, ...organisations, ...registrations, ...oidc],
})
export class IdentityModule {}

/** The door of identity. */
export const identity = defineService({
  name: 'identity',
  module: IdentityModule,
  entities: [Account, Membership, Organisation, Registration, OauthClient],
  migrations: [CreateIdentity1700000000001],
  config: IdentityConfig,
  retention: [
    { table: 'oidc_payloads', since: 'expires_at', keep: '1 minute' },
    { table: 'tries', since: 'since', keep: '1 day' },
    // By then every try is forgotten and every pause over.
    { table: 'lock_outs', since: 'counted_at', keep: '2 days' },
    { table: 'familiar_places', since: 'seen_at', keep: '90 days' },
  ],
  seed: seedIdentity,
  unfitForProduction: demoDataIn,
  commands: { 'create-administrator': createAdministrator, 'create-client': createClient },
  beforeListen: mountOidc,
  publishesKeys: true,
});

export { demoAccounts, demoExhibitor, demoPassword, demoSecretOf, type DemoAccount } from './database/demo-accounts.js';
