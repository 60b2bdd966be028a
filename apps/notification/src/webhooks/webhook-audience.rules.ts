import { WebhookAudienceUnknown } from './webhook.errors.js';

/** Whose facts an endpoint receives (docs/rules.md#webhook-audience). */
export const audiences = ['everything', 'region', 'organisation'] as const;
export type Audience = (typeof audiences)[number];

/** Roles of the organizer: they see every application, so their portals may receive every fact. */
const organizers = ['platform_admin', 'beijing_working_group', 'shenzhen_working_group', 'committee_office'];

/** The owner of endpoints, and what it may receive. */
export interface Owner {
  readonly organisationId: string;
  readonly audience: Audience;
  /** The one region, where the audience is a region. */
  readonly regionCode: string | null;
}

/** What the audience depends on. */
export interface Caller {
  readonly owner: string;
  readonly regionCode?: string | undefined;
  readonly roles: readonly string[];
}

/**
 * The endpoints a caller owns: the organizer receives everything, a province partner its own region, everybody else the facts of
 * its own applications. People of one organisation with different tasks do not share endpoints.
 */
export function ownerOf(caller: Caller): Owner {
  const organisationId = caller.owner;
  if (caller.roles.some(role => organizers.includes(role))) return { organisationId, audience: 'everything', regionCode: null };
  if (!caller.roles.includes('province_partner')) return { organisationId, audience: 'organisation', regionCode: null };
  if (caller.regionCode === undefined) throw new WebhookAudienceUnknown();
  return { organisationId, audience: 'region', regionCode: caller.regionCode };
}
