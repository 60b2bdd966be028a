import { apiScopes, regionCodes, roles } from '@ciep/contracts';
import { describe, expect, it } from '@jest/globals';
import { clientFaults, isFrontEnd, ownerFaults, rolesOf, scopesOf, type Owner, type StatedClient } from './client.rules.js';

const name = { zh: '门户', en: 'Portal' };
const nothing = { clientId: 'portal', name, firstParty: false, redirectUris: [], postLogoutRedirectUris: [], apiScopes: [], roles: [] };
const aFrontEnd = (differences: Partial<StatedClient> = {}): StatedClient => ({
  ...nothing,
  apiScopes: ['exhibition:read'],
  redirectUris: ['https://portal.test/callback'],
  ...differences,
});
const aSystem = (differences: Partial<StatedClient> = {}): StatedClient => ({
  ...nothing,
  apiScopes: ['exhibition:read'],
  organisation: '91350100M000100Y43',
  roles: ['organisation_admin'],
  ...differences,
});
const anOwner = (differences: Partial<Owner> = {}): Owner => ({ id: 'any', partnerRegion: null, runsPlatform: false, ...differences });

const reserved = new Set(['mail-sender']);
const faultsOf = (stated: StatedClient) => clientFaults(stated, reserved).map(({ pointer, code }) => `${pointer} ${code}`);

describe(clientFaults.name, () => {
  it.each<[string, StatedClient]>([
    ['a front end', aFrontEnd()],
    ['a front end of the platform, with all scopes', aFrontEnd({ firstParty: true, apiScopes: [] })],
    [
      'a front end on loopback addresses',
      aFrontEnd({ redirectUris: ['http://localhost:3000/a', 'http://127.0.0.1/b', 'http://[::1]:8/c'] }),
    ],
    ['one address with and without a query', aFrontEnd({ redirectUris: ['https://portal.test/a', 'https://portal.test/a?b=c'] })],
    ['20 addresses', aFrontEnd({ redirectUris: Array.from({ length: 20 }, (_, number) => `https://portal.test/${number}`) })],
    ['a system', aSystem()],
    ['a portal', aSystem({ roles: ['province_partner'], regionCode: '210000' })],
    ['an id of two characters', aSystem({ clientId: '1-' })],
    ['an id of a hundred', aSystem({ clientId: 'a'.repeat(100) })],
  ])('accepts %s', (_what, stated) => {
    expect(faultsOf(stated)).toEqual([]);
  });

  it.each<[string, string]>([
    ['a fragment', 'https://portal.test/callback#top'],
    ['an empty fragment', 'https://portal.test/callback#'],
    ['a wildcard in its path', 'https://portal.test/*'],
    ['a wildcard for its host', 'https://*.portal.test/callback'],
    ['no TLS', 'http://portal.test/callback'],
    ['no TLS and a name like a loopback address', 'http://127.0.0.1.portal.test/'],
    ['no TLS and a name below localhost', 'http://localhost.portal.test/'],
    ['no TLS and a private address', 'http://10.0.0.1/'],
    ['a password', 'https://me:secret@portal.test/'],
    ['a user', 'https://me@portal.test/'],
  ])('refuses an address with %s', (_what, uri) => {
    expect(faultsOf(aFrontEnd({ redirectUris: [uri] }))).toEqual(['/redirectUris/0 not_allowed']);
    expect(faultsOf(aFrontEnd({ postLogoutRedirectUris: [uri] }))).toEqual(['/postLogoutRedirectUris/0 not_allowed']);
  });

  it.each([
    '',
    '/callback',
    'portal.test/callback',
    '//portal.test/callback',
    'https:/portal.test/callback',
    'https:///portal.test/callback',
    'https://',
    'https://portal.test/call back',
    ' https://portal.test/callback',
    'https://portal.test\\callback',
    'ftp://portal.test/callback',
    'org.portal:/callback',
    'javascript:alert(1)',
  ])('refuses an invalid web address: %j', uri => {
    expect(faultsOf(aFrontEnd({ redirectUris: [uri] }))).toEqual(['/redirectUris/0 not_a_url']);
  });

  it('refuses an address of more than 2,000 characters', () => {
    const long = `https://portal.test/${'x'.repeat(2_000)}`;
    expect(faultsOf(aFrontEnd({ redirectUris: [long.slice(0, 2_000)] }))).toEqual([]);
    expect(faultsOf(aFrontEnd({ redirectUris: [long.slice(0, 2_001)] }))).toEqual(['/redirectUris/0 not_a_url']);
  });

  it('reports every fault of one address, and of several', () => {
    expect(faultsOf(aFrontEnd({ redirectUris: ['https://portal.test/', 'http://*.test/#x', 'nowhere'] }))).toEqual([
      '/redirectUris/1 not_allowed',
      '/redirectUris/1 not_allowed',
      '/redirectUris/1 not_allowed',
      '/redirectUris/2 not_a_url',
    ]);
  });

  it('refuses duplicate addresses in any spelling, and more than 20', () => {
    expect(faultsOf(aFrontEnd({ redirectUris: ['https://portal.test', 'https://other.test/', 'https://PORTAL.test:443/'] }))).toEqual([
      '/redirectUris/2 repeated',
    ]);
    const many = Array.from({ length: 21 }, (_, number) => `https://portal.test/${number}`);
    expect(faultsOf(aFrontEnd({ redirectUris: many }))).toEqual(['/redirectUris too_many']);
  });

  it.each<[string, string, string]>([
    ['none', '', 'wrong_format'],
    ['one letter', 'p', 'wrong_format'],
    ['a hundred and one', 'p'.repeat(101), 'wrong_format'],
    ['capitals', 'Portal', 'wrong_format'],
    ['a hyphen first', '-portal', 'wrong_format'],
    ['a colon, which would end it in a header', 'portal:x', 'wrong_format'],
    ['a line of its own', 'portal\n', 'wrong_format'],
    ["one of the platform's services", 'billing', 'not_allowed'],
    ['one that stands in the settings', 'mail-sender', 'not_allowed'],
  ])('refuses as an id %s', (_what, clientId, code) => {
    expect(faultsOf(aSystem({ clientId }))).toEqual([`/clientId ${code}`]);
  });

  it('needs a name in each language, of at most 200 characters', () => {
    expect(faultsOf(aFrontEnd({ name: { zh: ' ', en: 'x'.repeat(201) } }))).toEqual(['/name/zh required', '/name/en required']);
  });

  it('requires existing, public scopes; all at once only for the platform itself', () => {
    expect(faultsOf(aFrontEnd({ apiScopes: [] }))).toEqual(['/apiScopes required']);
    expect(faultsOf(aSystem({ apiScopes: [] }))).toEqual(['/apiScopes required']);
    expect(faultsOf(aSystem({ apiScopes: ['exhibition:read', 'internal:read', 'exhibition:*', 'openid'] }))).toEqual([
      '/apiScopes/1 not_allowed',
      '/apiScopes/2 unknown',
      '/apiScopes/3 unknown',
    ]);
  });

  it('refuses a client of neither kind, and a front end with the data of a system', () => {
    expect(faultsOf({ ...nothing, apiScopes: ['exhibition:read'] })).toEqual([' required']);
    expect(faultsOf(aFrontEnd({ organisation: 'any', regionCode: '210000', roles: ['auditor'] }))).toEqual([
      '/organisation not_allowed',
      '/regionCode not_allowed',
      '/roles/0 not_allowed',
    ]);
    expect(faultsOf(aSystem({ firstParty: true }))).toContain('/redirectUris required');
    expect(faultsOf(aSystem({ postLogoutRedirectUris: ['https://portal.test/'] }))).toContain('/redirectUris required');
  });

  it('requires an organisation and an existing role for a system', () => {
    expect(faultsOf(aSystem({ organisation: undefined }))).toEqual(['/organisation required']);
    expect(faultsOf(aSystem({ roles: [] }))).toEqual(['/roles required']);
    expect(faultsOf(aSystem({ roles: ['emperor', 'organisation_admin'] }))).toEqual(['/roles/0 unknown']);
  });

  it('gives no program the roles of people and of services', () => {
    const refused = roles.filter(role => faultsOf(aSystem({ roles: [role], regionCode: undefined })).includes('/roles/0 not_allowed'));
    expect(refused).toEqual(['platform_admin', 'individual', 'service']);
  });

  it('requires one of the 45 regions for a province partner, and allows it for nobody else', () => {
    expect(faultsOf(aSystem({ roles: ['province_partner'] }))).toEqual(['/roles/0 required']);
    expect(faultsOf(aSystem({ roles: ['province_partner'], regionCode: '999999' }))).toEqual(['/regionCode unknown']);
    expect(faultsOf(aSystem({ roles: ['organisation_admin'], regionCode: '210000' }))).toEqual(['/regionCode not_allowed']);
    expect(faultsOf(aSystem({ roles: ['province_partner', 'auditor'], regionCode: '210000' }))).toEqual(['/regionCode not_allowed']);
    expect(regionCodes.flatMap(regionCode => faultsOf(aSystem({ roles: ['province_partner'], regionCode })))).toEqual([]);
  });
});

describe(ownerFaults.name, () => {
  const faults = (stated: StatedClient, owner?: Owner) => ownerFaults(stated, owner).map(({ pointer, code }) => `${pointer} ${code}`);

  it('refuses an unknown organisation', () => {
    expect(faults(aSystem())).toEqual(['/organisation unknown']);
  });

  it('allows global roles only for the organisation that runs the platform', () => {
    const refused = roles.filter(role => faults(aSystem({ roles: [role] }), anOwner()).length > 0);
    expect(refused).toEqual([
      'beijing_working_group',
      'shenzhen_working_group',
      'committee_office',
      'block_lead',
      'finance_clerk',
      'auditor',
    ]);
    expect(roles.flatMap(role => faults(aSystem({ roles: [role] }), anOwner({ runsPlatform: true })))).toEqual([]);
  });

  it("refuses another region's places for a partner unit", () => {
    const portal = aSystem({ roles: ['province_partner'], regionCode: '210000' });
    expect(faults(portal, anOwner({ partnerRegion: '220000' }))).toEqual(['/regionCode not_allowed']);
    expect(faults(portal, anOwner({ partnerRegion: '210000' }))).toEqual([]);
    expect(faults(portal, anOwner())).toEqual([]);
  });
});

describe('what is registered', () => {
  it('is a front end if it has redirect addresses, otherwise a system', () => {
    expect([isFrontEnd(aFrontEnd()), isFrontEnd(aSystem())]).toEqual([true, false]);
  });

  it('has the named scopes and roles without duplicates; all scopes for a front end of the platform', () => {
    expect(scopesOf(aFrontEnd({ firstParty: true, apiScopes: [] }))).toEqual(apiScopes);
    expect(scopesOf(aFrontEnd({ firstParty: true, apiScopes: ['identity:read', 'identity:read'] }))).toEqual(['identity:read']);
    expect(rolesOf(aSystem({ roles: ['auditor', 'auditor'] }))).toEqual(['auditor']);
  });
});
