import type { Invariant } from '@ciep/platform';

const endorsed = `SELECT edition_id, region_code, count(*) FILTER (WHERE endorsement = 'region') AS by_region,
    count(*) FILTER (WHERE endorsement = 'override') AS by_organizer
  FROM applications WHERE endorsement IS NOT NULL GROUP BY edition_id, region_code`;

/** Recounts the places of each region from the applications that hold them (docs/rules.md#region-places). */
export const quotaInvariants: readonly Invariant[] = [
  {
    name: 'region_has_the_places_it_gives',
    holds: 'a region has endorsed no more enterprises than it has places',
    violations: `SELECT q.id FROM region_quotas q LEFT JOIN (${endorsed}) e USING (edition_id, region_code)
      WHERE greatest(q.taken, e.by_region) > q.places`,
  },
  {
    name: 'places_taken_are_counted',
    holds: 'the counted places of a region equal the endorsements of its applications',
    violations: `SELECT edition_id || ' ' || region_code AS id FROM region_quotas q FULL JOIN (${endorsed}) e USING (edition_id, region_code)
      WHERE coalesce(q.taken, 0) <> coalesce(e.by_region, 0) OR coalesce(q.overridden, 0) <> coalesce(e.by_organizer, 0)`,
  },
];
