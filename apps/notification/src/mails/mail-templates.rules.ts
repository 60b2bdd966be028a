import type { Audience, EventType } from '@ciep/contracts';

/**
 * The possible names of an event's template: `<event>.<audience>.<value>` if the mails of the event differ by a field, otherwise
 * `<event>.<audience>`. The version is part of the event's name: an event published in two versions still causes one mail.
 */
export function templateNames({ title, recipients }: EventType, audience: Audience, data: Readonly<Record<string, unknown>>): string[] {
  const general = `${title}.${audience}`;
  const value = recipients.mailsBy === undefined ? undefined : data[recipients.mailsBy];
  return typeof value === 'string' ? [`${general}.${value}`, general] : [general];
}

/** The data of a letter besides its event, by audience. */
export const knownOf: Readonly<Record<Audience, readonly string[]>> = {
  organisation: ['name'],
  region: ['name'],
  unit: ['name'],
  person: ['name'],
  verification: ['link', 'expiresAt'],
};

/** Mails that no event causes, and the data that their templates may use. */
export const ownMails = { 'webhook-disabled': ['host', 'disabledBy'] } as const;
