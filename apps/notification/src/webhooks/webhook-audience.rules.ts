import { eventCatalogue } from '@ciep/contracts';
import { WebhookAudienceUnknown } from './webhook.errors.js';

/** Whose events an endpoint or a reader of the feed gets (docs/rules.md#webhook-audience). */
export const audiences = ['everything', 'region', 'organisation'] as const;
export type Audience = (typeof audiences)[number];

/** Roles that see every application: the organizer's, and auditors, who have no endpoints but read the feed. */
const seeEverything = ['platform_admin', 'beijing_working_group', 'shenzhen_working_group', 'committee_office', 'auditor'];

/** The owner of endpoints, and the events it may receive. */
export interface Owner {
  readonly organisationId: string;
  readonly audience: Audience;
  /** The region, if the audience is one. */
  readonly regionCode: string | null;
}

/** The facts that determine the audience. */
export interface Caller {
  readonly owner: string;
  readonly regionCode?: string | undefined;
  readonly roles: readonly string[];
}

/**
 * The owner for a caller: the organizer receives everything, a province partner its own region, all others the events of their own
 * applications. People of one organisation with different tasks do not share endpoints.
 */
export function ownerOf(caller: Caller): Owner {
  const organisationId = caller.owner;
  if (caller.roles.some(role => seeEverything.includes(role))) return { organisationId, audience: 'everything', regionCode: null };
  if (!caller.roles.includes('province_partner')) return { organisationId, audience: 'organisation', regionCode: null };
  if (caller.regionCode === undefined) throw new WebhookAudienceUnknown();
  return { organisationId, audience: 'region', regionCode: caller.regionCode };
}

/** The reader that stands for an owner: the events that name it are the owner's. */
export const readerOf = ({ audience, organisationId, regionCode }: Owner): string =>
  audience === 'everything' ? audience : `${audience} ${audience === 'region' ? regionCode : organisationId}`;

/** SQL of the same for an endpoint `w`. */
export const readerOfWebhook = `CASE w.audience WHEN 'everything' THEN w.audience
  ELSE w.audience || ' ' || CASE w.audience WHEN 'region' THEN w.region_code ELSE w.organisation_id::text END END`;

/** The readers of an event: those whom it concerns, and who sees everything. */
export function readersOf(type: string, data: Readonly<Record<string, unknown>>): string[] {
  const { region, organisation, unit } = eventCatalogue.get(type)?.recipients.concerns ?? {};
  const named = (audience: Audience, ...fields: (string | undefined)[]): string[] =>
    fields.flatMap(field => {
      const key = field === undefined ? undefined : data[field];
      return typeof key === 'string' ? [`${audience} ${key}`] : [];
    });
  return [...new Set(['everything', ...named('region', region), ...named('organisation', organisation, unit)])];
}
