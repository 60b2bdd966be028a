/**
 * SQL of whether a role grant `g` is in force at the instant `now` (docs/rules.md#role-grants). It has begun, has not ended, and the person is
 * still the same member: who leaves an organisation and joins it again gets no old roles back.
 */
export const inForce = (now: string): string => `g.status = 'active' AND g.started_at IS NOT NULL
   AND (g.valid_until IS NULL OR g.valid_until > ${now}::timestamptz)
   AND EXISTS (SELECT 1 FROM memberships held WHERE held.account_id = g.account_id AND held.organisation_id = g.organisation_id AND held.created_at <= g.created_at)
   AND (g.role <> 'province_partner' OR g.region_code = (SELECT unit.partner_region FROM organisations unit WHERE unit.id = g.organisation_id))`;

/** SQL of the roles of a membership `m`: its own, and those of the grants in force. */
export const rolesHeld = (now: string): string =>
  `ARRAY(SELECT unnest(m.roles) UNION SELECT g.role FROM role_grants g
          WHERE g.account_id = m.account_id AND g.organisation_id = m.organisation_id AND ${inForce(now)} ORDER BY 1)`;
