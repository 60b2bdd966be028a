import { permissions, permissionsWithin, type Permission, type Role } from '@ciep/contracts';
import { NotFound } from '@ciep/kernel';
import { Database, type Principal } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { AccountQueries } from '../accounts/accounts.queries.js';
import { inForce } from './in-force.rules.js';
import { OthersHidden } from './role-grant.errors.js';
import type { AccessExplanationDto, ExplainAccessQuery, GivingGrantDto, GivingRoleDto } from './role-grants.dto.js';

type Holding = Omit<GivingRoleDto, 'role'>;

const notHeld: Holding = { heldBy: null, grant: null };

/** Explains why a permission is allowed or not: which roles give it, and by what they are held. */
@Injectable()
export class AccessExplanations {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountQueries,
  ) {}

  /** Throws `OthersHidden`, and `NotFound` for an unknown account or organisation. */
  async of({ permission, accountId, organisationId }: ExplainAccessQuery, actor: Principal): Promise<AccessExplanationDto> {
    const isSelf = (accountId === undefined || accountId === actor.id) && (organisationId ?? actor.organisationId) === actor.organisationId;
    if (!isSelf && !actor.may('role_grant:read')) throw new OthersHidden();
    if (isSelf && actor.kind !== 'user') return this.ofClient(permission, actor);
    const person = accountId ?? actor.id;
    const organisation = isSelf ? (actor.organisationId ?? null) : await this.organisationOf(person, organisationId);
    const held = organisation === null ? new Map<Role, Holding>() : await this.heldBy(person, organisation);
    const roles = permissions[permission].map(role => ({ role, ...(held.get(role) ?? notHeld) }));
    const isCoveredByScopes = isSelf ? isCovered(permission, actor) : null;
    const isAllowed = roles.some(({ heldBy }) => heldBy !== null) && isCoveredByScopes !== false;
    return { permission, isAllowed, accountId: person, organisationId: organisation, roles, isCoveredByScopes };
  }

  /** A program has the roles of its registration, and its token says them. */
  private ofClient(permission: Permission, actor: Principal): AccessExplanationDto {
    const roles = permissions[permission].map(role => ({
      role,
      ...notHeld,
      ...(actor.roles.includes(role) && { heldBy: 'client' as const }),
    }));
    const isCoveredByScopes = isCovered(permission, actor);
    const isAllowed = actor.may(permission) && isCoveredByScopes;
    return { permission, isAllowed, accountId: null, organisationId: actor.organisationId ?? null, roles, isCoveredByScopes };
  }

  private async organisationOf(accountId: string, organisationId: string | undefined): Promise<string | null> {
    if (!(await this.accounts.person(accountId))) throw new NotFound('account', accountId);
    if (organisationId === undefined) return (await this.accounts.organisationsOf(accountId))[0]?.id ?? null;
    const known = await this.database.query<unknown[]>('SELECT 1 FROM organisations WHERE id = $1', [organisationId]);
    if (known.length === 0) throw new NotFound('organisation', organisationId);
    return organisationId;
  }

  private async heldBy(accountId: string, organisationId: string): Promise<Map<Role, Holding>> {
    const rows = await this.database.query<{ role: Role; grant: GivingGrantDto | null }[]>(
      `SELECT unnest(m.roles) AS role, NULL::jsonb AS grant
         FROM memberships m JOIN organisations o ON o.id = m.organisation_id AND o.status = 'active'
        WHERE m.account_id = $1 AND m.organisation_id = $2
       UNION ALL
       SELECT g.role, jsonb_build_object('id', g.id, 'regionCode', g.region_code, 'validFrom', g.valid_from, 'validUntil', g.valid_until)
         FROM role_grants g JOIN organisations o ON o.id = g.organisation_id AND o.status = 'active'
        WHERE g.account_id = $1 AND g.organisation_id = $2 AND ${inForce('$3')}`,
      [accountId, organisationId, this.database.clock.now()],
    );
    return new Map(rows.map(({ role, grant }) => [role, { heldBy: grant === null ? 'membership' : 'grant', grant }]));
  }
}

/** Whether the scopes of a token are enough for a permission, whatever its roles are. */
const isCovered = (permission: Permission, { scopes }: Principal): boolean =>
  permissionsWithin(permissions[permission], scopes).includes(permission);
