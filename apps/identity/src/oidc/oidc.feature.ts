import { defineFeature } from '@ciep/platform';
import { AccessTokenRevocation } from './access-token-revocation.service.js';
import { ExistingGrant } from './existing-grant.service.js';
import { Grants } from './grants.repository.js';
import { Logins } from './logins.service.js';
import { OrganisationPrompt } from './organisation-prompt.service.js';
import { ProviderClients } from './provider-clients.service.js';
import { ProviderFactory } from './provider-factory.service.js';
import { ProviderHost } from './provider-host.service.js';
import { ProviderPages } from './provider-pages.service.js';
import { ProviderPeople } from './provider-people.service.js';
import { RefreshAnswers } from './refresh-answers.service.js';
import { Revocations } from './revocations.service.js';
import { SecretTries } from './secret-tries.service.js';
import { SessionGrants } from './session-grants.service.js';
import { SigningKeys } from './signing-keys.service.js';

export const oidc = defineFeature({
  providers: [
    AccessTokenRevocation,
    ExistingGrant,
    Grants,
    Logins,
    OrganisationPrompt,
    ProviderClients,
    ProviderFactory,
    ProviderHost,
    ProviderPages,
    ProviderPeople,
    RefreshAnswers,
    Revocations,
    SecretTries,
    SessionGrants,
    SigningKeys,
  ],
  retention: [{ table: 'oidc_payloads', since: 'expires_at', keep: '1 minute' }],
});
