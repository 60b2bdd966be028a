import { z } from 'zod';
import { defineEvent, type EventData } from '../event-type.js';
import { date, id, instant } from '../fields.js';

/** The milestones that other services use. */
export const milestoneKinds = [
  'forum_plan_deadline',
  'forum_venue_deadline',
  'exhibition_application_deadline',
  'set_up_start',
  'set_up_end',
  'opening',
  'closing',
  'year_end',
] as const;
export type MilestoneKind = (typeof milestoneKinds)[number];

/** An edition was created or its dates or visibility changed. */
export const editionChanged = defineEvent(
  'conference.edition.changed.v1',
  'An edition was created, published or changed.',
  z.object({
    editionId: id,
    ordinal: z.int().describe('21 for the 21st; null for a trial edition').nullable(),
    code: z.string().describe('short name in addresses, such as `21`'),
    startsOn: date,
    endsOn: date,
    published: z.boolean().describe('visible to everybody'),
  }),
);
export type EditionChanged = EventData<typeof editionChanged>;

/** A milestone was set or moved: the first instant at which it is over. */
export const milestoneSet = defineEvent(
  'conference.milestone.set.v1',
  'A milestone of an edition was set or moved; `at` is the first instant that is too late.',
  z.object({ milestoneId: id, editionId: id, kind: z.enum(milestoneKinds), at: instant.describe('the first instant that is too late') }),
);
export type MilestoneSet = EventData<typeof milestoneSet>;
