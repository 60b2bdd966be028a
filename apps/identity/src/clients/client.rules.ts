import { apiScopes, regionCodes, roles as allRoles, serviceNames, type Role } from '@ciep/contracts';
import type { FieldRefusal, LocalizedText } from '@ciep/kernel';
import {
  clientIdReserved,
  clientIdWrong,
  kindUnclear,
  nameWrong,
  ofSystemsOnly,
  organisationMissing,
  organisationUnknown,
  redirectMissing,
  regionMissing,
  regionOfAnother,
  regionUnknown,
  regionWithoutUse,
  roleOfPeople,
  roleOfPlatform,
  roleOfServices,
  rolesMissing,
  roleUnknown,
  scopeInternal,
  scopesMissing,
  scopeUnknown,
} from './client.errors.js';
import { redirectFaults } from './redirect-uri.rules.js';
import { internalScope } from './scopes.rules.js';

/** The data of a new client: a front end has redirect addresses, a system has its own roles. */
export interface StatedClient {
  /** The `client_id` of OAuth. */
  readonly clientId: string;
  readonly name: LocalizedText;
  /** Part of the platform itself: skips the consent page. */
  readonly firstParty: boolean;
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris: readonly string[];
  readonly apiScopes: readonly string[];
  /** Id or credit code of the organisation that a system acts for. */
  readonly organisation?: string | undefined;
  readonly regionCode?: string | undefined;
  readonly roles: readonly string[];
}

/** The organisation that a system will act for. */
export interface Owner {
  readonly id: string;
  /** The region whose partner unit it is. */
  readonly partnerRegion: string | null;
  /** Whether a platform administrator belongs to it. */
  readonly runsPlatform: boolean;
}

/** The requirements of a role on a program that gets it (docs/rules.md#client-roles). */
const terms: Readonly<Record<Role, 'people' | 'services' | 'region' | 'organisation' | 'platform'>> = {
  platform_admin: 'people',
  individual: 'people',
  service: 'services',
  province_partner: 'region',
  organisation_admin: 'organisation',
  organisation_member: 'organisation',
  channel_partner: 'organisation',
  zone_undertaker: 'organisation',
  beijing_working_group: 'platform',
  shenzhen_working_group: 'platform',
  committee_office: 'platform',
  block_lead: 'platform',
  finance_clerk: 'platform',
  auditor: 'platform',
};

const isRole = (role: string): role is Role => allRoles.some(known => known === role);
const termsOf = (role: string) => (isRole(role) ? terms[role] : undefined);
const at = (list: string, index: number) => `/${list}/${index}`;
const flagged = (list: string, items: readonly string[], refusal: (item: string, pointer: string) => FieldRefusal | undefined) =>
  items.flatMap((item, index) => refusal(item, at(list, index)) ?? []);

/** Whether people log in through it. */
export const isFrontEnd = ({ redirectUris, postLogoutRedirectUris, firstParty }: StatedClient): boolean =>
  redirectUris.length > 0 || postLogoutRedirectUris.length > 0 || firstParty;

/** The scopes it may request: those named, or all for a front end of the platform itself. */
export const scopesOf = ({ apiScopes: named, firstParty }: StatedClient): string[] =>
  firstParty && named.length === 0 ? [...apiScopes] : [...new Set(named)];

/** Its own roles. */
export const rolesOf = ({ roles }: StatedClient): Role[] => [...new Set(roles)].filter(isRole);

/** All faults of the data itself; `reserved` are the ids in the settings. */
export function clientFaults(stated: StatedClient, reserved: ReadonlySet<string>): FieldRefusal[] {
  return [
    ...idFaults(stated.clientId, reserved),
    ...(['zh', 'en'] as const).flatMap(language => nameFaults(stated.name[language], `/name/${language}`)),
    ...scopeFaults(stated),
    ...(isFrontEnd(stated) ? frontEndFaults(stated) : systemFaults(stated)),
  ];
}

/** All faults of a system for this organisation; undefined if it does not exist. */
export function ownerFaults({ roles, regionCode }: StatedClient, owner: Owner | undefined): FieldRefusal[] {
  if (!owner) return [organisationUnknown];
  const isOfAnother = owner.partnerRegion !== null && regionCode !== undefined && regionCode !== owner.partnerRegion;
  return [
    ...(isOfAnother ? [regionOfAnother] : []),
    ...flagged('roles', roles, (role, pointer) =>
      termsOf(role) === 'platform' && !owner.runsPlatform ? roleOfPlatform(pointer) : undefined,
    ),
  ];
}

function idFaults(clientId: string, reserved: ReadonlySet<string>): FieldRefusal[] {
  if (!/^[a-z0-9][a-z0-9-]{1,99}$/.test(clientId)) return [clientIdWrong];
  // A client in the settings would hide a stored client with the same id.
  return reserved.has(clientId) || serviceNames.some(service => service === clientId) ? [clientIdReserved] : [];
}

const nameFaults = (name: string, pointer: string): FieldRefusal[] => (name.trim() === '' || name.length > 200 ? [nameWrong(pointer)] : []);

function scopeFaults(stated: StatedClient): FieldRefusal[] {
  if (scopesOf(stated).length === 0) return [scopesMissing];
  return flagged('apiScopes', stated.apiScopes, (scope, pointer) => {
    if (scope === internalScope) return scopeInternal(pointer);
    return apiScopes.includes(scope) ? undefined : scopeUnknown(pointer);
  });
}

const frontEndFaults = ({ redirectUris, postLogoutRedirectUris, organisation, regionCode, roles }: StatedClient): FieldRefusal[] => [
  ...(redirectUris.length === 0 ? [redirectMissing] : []),
  ...redirectFaults('redirectUris', redirectUris),
  ...redirectFaults('postLogoutRedirectUris', postLogoutRedirectUris),
  ...(organisation === undefined ? [] : [ofSystemsOnly('/organisation')]),
  ...(regionCode === undefined ? [] : [ofSystemsOnly('/regionCode')]),
  ...flagged('roles', roles, (_role, pointer) => ofSystemsOnly(pointer)),
];

function systemFaults({ organisation, regionCode, roles }: StatedClient): FieldRefusal[] {
  if (organisation === undefined && regionCode === undefined && roles.length === 0) return [kindUnclear];
  return [
    ...(organisation === undefined ? [organisationMissing] : []),
    ...(roles.length === 0 ? [rolesMissing] : []),
    ...flagged('roles', roles, (role, pointer) => roleFault(role, pointer, regionCode)),
    ...(regionCode === undefined ? [] : regionFaults(regionCode, roles)),
  ];
}

function roleFault(role: string, pointer: string, regionCode: string | undefined): FieldRefusal | undefined {
  switch (termsOf(role)) {
    case undefined:
      return roleUnknown(pointer);
    case 'services':
      return roleOfServices(pointer);
    case 'people':
      return roleOfPeople(pointer);
    case 'region':
      return regionCode === undefined ? regionMissing(pointer) : undefined;
    case 'organisation':
    case 'platform':
      return undefined;
  }
}

function regionFaults(regionCode: string, roles: readonly string[]): FieldRefusal[] {
  if (!regionCodes.includes(regionCode)) return [regionUnknown];
  return roles.some(role => isRole(role) && terms[role] !== 'region') ? [regionWithoutUse] : [];
}
