import { permissions, type Role } from '@ciep/contracts';
import type { Operation } from './operations.js';

/** What limits the resources that a role sees; `all` sees everybody's. A role that is not listed sees none. */
type Binding = 'all' | 'organisation' | 'region' | 'board';

/** A kind of owned resource: its operations, and which role sees whose. */
export interface Owned {
  readonly kind: string;
  /** Path of one resource; its sub-resources belong to it. */
  readonly one: string;
  readonly seenBy: Partial<Record<Role, Binding>>;
}

/** The relation of the caller to the owner. */
export interface Relation {
  readonly name: string;
  readonly isOwnOrganisation: boolean;
  readonly isOwnRegion: boolean;
}

export const relations: readonly Relation[] = [
  { name: 'their own', isOwnOrganisation: true, isOwnRegion: true },
  { name: 'of another organisation', isOwnOrganisation: false, isOwnRegion: true },
  { name: 'of another region', isOwnOrganisation: true, isOwnRegion: false },
  { name: 'of another organisation and region', isOwnOrganisation: false, isOwnRegion: false },
];

const members = { organisation_admin: 'organisation', organisation_member: 'organisation', individual: 'organisation' } as const;
const organizers = { shenzhen_working_group: 'all', beijing_working_group: 'all', committee_office: 'all' } as const;

/** The owned resources. */
export const ownedKinds: readonly Owned[] = [
  {
    kind: 'application',
    one: '/v1/exhibition/applications/{id}',
    seenBy: { ...members, ...organizers, auditor: 'all', province_partner: 'region', zone_undertaker: 'board' },
  },
  { kind: 'invoice', one: '/v1/billing/invoices/{id}', seenBy: { ...members, ...organizers, auditor: 'all', finance_clerk: 'all' } },
  {
    kind: 'organisation',
    one: '/v1/identity/organisations/{id}',
    seenBy: {
      ...members,
      ...organizers,
      auditor: 'all',
      finance_clerk: 'all',
      platform_admin: 'all',
      province_partner: 'organisation',
      zone_undertaker: 'organisation',
      block_lead: 'organisation',
      channel_partner: 'organisation',
    },
  },
  // The endpoint of an exhibitor: people of the same organisation with another task do not share it.
  { kind: 'webhook', one: '/v1/notification/webhooks/{id}', seenBy: members },
];

/**
 * Resources without an owner, although the public or a role that sees only a part may reach them. A resource that only roles that see
 * everything may reach needs no line.
 */
const commonThings: readonly string[] = [
  '/v1/billing/jobs/{id}',
  '/v1/billing/editions/{editionId}',
  '/v1/conference/editions/{edition}',
  '/v1/conference/milestones/{id}',
  '/v1/exhibition/booths/{id}',
  '/v1/exhibition/editions/{editionId}',
  '/v1/exhibition/nodes/{id}',
  '/v1/identity/invitations/{id}',
  '/v1/identity/password-recoveries/{id}',
  '/v1/identity/registrations/{id}',
  '/v1/notification/development/mails/{id}',
];

/** Things of one person, which no role opens: apps/identity/test/sessions.e2e-spec.ts shows that everybody else gets 404. */
const personalThings: readonly string[] = ['/v1/identity/me/sessions/{id}'];

/** Reads without an id that give everybody the same answer, or only data about the caller. */
const sameForAll: readonly string[] = [
  'get /v1/identity/access/explain',
  'get /v1/identity/me',
  'get /v1/identity/me/sessions',
  'get /v1/notification/webhook-event-types',
];

/** Roles that see only a part. */
export const boundRoles: readonly Role[] = [
  'organisation_admin',
  'organisation_member',
  'individual',
  'province_partner',
  'zone_undertaker',
  'block_lead',
  'channel_partner',
];

const isBelow = (template: string, one: string): boolean =>
  template === one || template.startsWith(`${one}/`) || template.startsWith(`${one}.`);

/** The kind of owned resource that an operation is about, if there is one. */
export const ownedKindOf = ({ template }: Operation): Owned | undefined => ownedKinds.find(({ one }) => isBelow(template, one));

/** Operations on one resource without a declared owner. */
export const ofUnknownOwner = (operations: readonly Operation[]): string[] =>
  operations
    .filter(operation => operation.pathParameters.length > 0 && !ownedKindOf(operation))
    .filter(({ template }) => ![...commonThings, ...personalThings].some(one => isBelow(template, one)))
    .filter(({ permission }) => permission === undefined || permissions[permission].some(role => boundRoles.includes(role)))
    .map(({ name }) => name);

/** Reads without an id that a limited role may use; each must show less to a stranger. */
export const narrowedReads = (operations: readonly Operation[], admits: (operation: Operation, role: Role) => boolean): Operation[] =>
  operations.filter(
    operation =>
      operation.method === 'GET' &&
      operation.pathParameters.length === 0 &&
      !sameForAll.includes(operation.name) &&
      boundRoles.some(role => admits(operation, role)),
  );

/** Whether a role sees a resource in this relation. */
export function sees({ seenBy }: Owned, role: Role, { isOwnOrganisation, isOwnRegion }: Relation): boolean {
  const binding = seenBy[role];
  if (binding === undefined) return false;
  if (binding === 'region') return isOwnRegion;
  return binding === 'all' || isOwnOrganisation;
}
