import { apiScopes, regions, seeds, type Region } from '@ciep/contracts';
import { Clock } from '@ciep/kernel';
import { Database, PlatformSettings, type Finder, type Tx } from '@ciep/platform';
import { Admission } from '../accounts/admission.service.js';
import { Passwords } from '../accounts/passwords.service.js';
import { OauthClient } from '../clients/client.entity.js';
import { ClientRepository } from '../clients/client.repository.js';
import { ClientSecrets } from '../clients/client-secrets.service.js';
import { checkCharacter } from '../organisations/credit-code.rules.js';
import { Organisation } from '../organisations/organisation.entity.js';
import { OrganisationRepository } from '../organisations/organisation.repository.js';
import { demoAccounts, demoOrganisations, demoPassword, demoSecretOf, type DemoOrganisation } from './demo-accounts.js';

/** The client of `/docs`. */
const reference = 'reference';
const readable = apiScopes.filter(scope => scope.endsWith(':read'));

const partnerUnit = ({ code, name }: Region): DemoOrganisation => ({
  id: seeds.partnerOf(code),
  name: { zh: `${name.zh}科技厅（委、局）（示例）`, en: `${name.en} science and technology department (demo)` },
  kind: 'science_technology_department',
  regionCode: code,
  partnerRegion: code,
});

const organisations: readonly DemoOrganisation[] = [...demoOrganisations, ...regions.map(partnerUnit)];

const portal = ({ code, name }: Region): OauthClient =>
  OauthClient.of({
    clientId: `portal-${code}`,
    name: { zh: `${name.zh}门户`, en: `${name.en} portal` },
    authMethod: 'client_secret_basic',
    grantTypes: ['client_credentials'],
    apiScopes: [...apiScopes],
    organisationId: seeds.partnerOf(code),
    regionCode: code,
    roles: ['province_partner'],
  });

const referencePage = (issuer: string): string => new URL('/docs', issuer).href;

const clients = (issuer: string): OauthClient[] => [
  ...regions.map(portal),
  OauthClient.of({
    clientId: reference,
    name: { zh: '接口说明', en: 'API reference' },
    authMethod: 'none',
    firstParty: true,
    grantTypes: ['authorization_code', 'refresh_token'],
    apiScopes: [...apiScopes],
    redirectUris: [referencePage(issuer)],
    // The first front end of the platform: pages lead here, because nothing answers at the address of the console.
    postLogoutRedirectUris: [referencePage(issuer)],
  }),
  OauthClient.of({
    clientId: 'console',
    name: { zh: '大会控制台', en: 'CIEP console' },
    authMethod: 'none',
    firstParty: true,
    grantTypes: ['authorization_code', 'refresh_token'],
    apiScopes: [...apiScopes],
    redirectUris: ['http://localhost:3000/console/callback'],
    postLogoutRedirectUris: ['http://localhost:3000/console'],
  }),
  OauthClient.of({
    clientId: 'demo-spa',
    name: { zh: '第三方前端（示例）', en: 'Third-party front-end (demo)' },
    authMethod: 'none',
    grantTypes: ['authorization_code', 'refresh_token'],
    apiScopes: [...apiScopes],
    redirectUris: ['http://localhost:5173/callback'],
    postLogoutRedirectUris: ['http://localhost:5173/'],
  }),
  OauthClient.of({
    clientId: 'back-office',
    name: { zh: '内部系统（示例）', en: 'Back office (demo)' },
    authMethod: 'client_secret_basic',
    grantTypes: ['client_credentials'],
    apiScopes: [...readable],
    organisationId: seeds.organizer,
    roles: ['auditor'],
  }),
];

/** An invented, unique code with the correct check character. */
const inventedCreditCode = (number: number): string => {
  const first = `12440300MB${String(number).padStart(7, '0')}`;
  return first + checkCharacter(first);
};

/** Loads the demo accounts, partner units and clients that are missing. */
export async function seedIdentity(find: Finder): Promise<void> {
  const database = find(Database);
  await database.transaction(tx => addOrganisations(find, tx));
  await database.transaction(tx => addClients(find, tx));
  const known = await knownIn(database, 'accounts', 'mail');
  for (const account of demoAccounts.filter(({ login }) => !known.has(login))) {
    const { name, login, roles, organisationId, language } = account;
    const passwordHash = await find(Passwords).hash(demoPassword);
    const person = { mail: login, name: name[language], phone: '+86 755 00000000', language, passwordHash };
    await database.transaction(tx => find(Admission).admit(person, organisationId, tx, roles));
  }
}

async function addOrganisations(find: Finder, tx: Tx): Promise<void> {
  const known = await knownIn(tx, 'organisations', 'id');
  const repository = find(OrganisationRepository).in(tx);
  const now = find(Clock).now();
  for (const [number, { regionCode, ...organisation }] of organisations.entries()) {
    if (known.has(organisation.id)) continue;
    const slug = organisation.partnerRegion ? `partner-${organisation.partnerRegion}` : `contact-${number + 1}`;
    const contact = { name: '示例联系人', phone: '+86 755 00000000', mail: `${slug}@demo.ciep.example`, language: 'zh' as const };
    const identity = {
      origin: 'mainland' as const,
      creditCode: inventedCreditCode(number + 1),
      identifier: null,
      country: 'CN' as const,
      regionCode,
    };
    await repository.insert(Organisation.establish({ ...organisation, identity, contact }, now));
  }
}

async function addClients(find: Finder, tx: Tx): Promise<void> {
  const known = await knownIn(tx, 'oauth_clients', 'client_id');
  const repository = find(ClientRepository).in(tx);
  const { issuer } = find(PlatformSettings);
  for (const client of clients(issuer).filter(({ clientId }) => !known.has(clientId))) {
    await repository.insert(client);
    if (client.authMethod === 'client_secret_basic') await find(ClientSecrets).add(client.clientId, demoSecretOf(client.clientId), tx);
  }
  // The platform may have started at another address before, for example on another port.
  const address = referencePage(issuer);
  const moved = 'SELECT id FROM oauth_clients WHERE client_id = $1 AND redirect_uris <> ARRAY[$2]';
  for (const { id } of await tx.query<{ id: string }[]>(moved, [reference, address]))
    await repository.update(id, client => client.sendBackTo(address));
}

async function knownIn(reader: { query: Database['query'] }, table: string, column: string): Promise<ReadonlySet<string>> {
  const rows = await reader.query<{ key: string }[]>(`SELECT ${column} AS key FROM ${table}`);
  return new Set(rows.map(({ key }) => key));
}
