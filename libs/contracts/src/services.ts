import type { LocalizedText } from '@ciep/kernel';
import * as billing from './billing/events.js';
import { billingPermissions } from './billing/permissions.js';
import * as conference from './conference/events.js';
import { conferencePermissions } from './conference/permissions.js';
import * as exhibition from './exhibition/events.js';
import { exhibitionPermissions } from './exhibition/permissions.js';
import * as identity from './identity/events.js';
import { identityPermissions } from './identity/permissions.js';
import { notificationPermissions } from './notification/permissions.js';
import type { PermissionTable } from './roles.js';

/** What other services know of a service. */
export interface ServiceContract {
  /** What its scopes give access to; people read this before they allow a client. */
  readonly area: LocalizedText;
  readonly permissions: PermissionTable;
  /** The exports of its `events.ts`, if it publishes any. */
  readonly events?: object;
}

/**
 * Every service behind the gateway, in start order: a service comes after those whose demo data it builds on. Each has its own database.
 * Scopes, manifests, tools and tests follow this list.
 */
export const services = {
  identity: { area: { zh: '账号与机构信息', en: 'account and organisation' }, permissions: identityPermissions, events: identity },
  conference: { area: { zh: '大会信息', en: 'conference information' }, permissions: conferencePermissions, events: conference },
  exhibition: {
    area: { zh: '参展申请与展位', en: 'exhibition applications and booths' },
    permissions: exhibitionPermissions,
    events: exhibition,
  },
  billing: { area: { zh: '账单与付款', en: 'invoices and payments' }, permissions: billingPermissions, events: billing },
  notification: { area: { zh: '通知设置', en: 'notification settings' }, permissions: notificationPermissions },
} as const satisfies Readonly<Record<string, ServiceContract>>;

/** The name of a service behind the gateway, and of its folder, database and paths. */
export type ServiceName = keyof typeof services;

/** The names of the services behind the gateway, in the order of {@link services}. */
export const serviceNames = Object.keys(services) as readonly ServiceName[];

/** The name of a process: a service, or the gateway, which has no database. */
export type ProcessName = ServiceName | 'gateway';

/** Every process of the platform. */
export const processNames: readonly ProcessName[] = ['gateway', ...serviceNames];

/** The setting that gives a service's internal address to the services that ask it: `IDENTITY_URL`. */
export const addressSetting = (name: ServiceName): string => `${name.toUpperCase()}_URL`;

/** The scopes of the API: one for reading a service, and one for writing, which includes reading. */
export const apiScopes: readonly string[] = serviceNames.flatMap(name => [`${name}:read`, `${name}:write`]);
