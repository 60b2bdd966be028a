import type { Caller, Principal, Scope, Where } from '@ciep/platform';
import { Injectable, type PipeTransform } from '@nestjs/common';
import { NodeQueries } from '../nodes/node.queries.js';
import { openMoves, type Side, type Standing } from './application.rules.js';

/** The applications that a caller may see and change, the caller's role, and the allowed actions. */
export interface ApplicationShare {
  readonly side: Exclude<Side, 'system'>;
  /** The same as conditions on a row. Only the applicant sees a draft. */
  readonly scope: Scope;
  /** The actions that the caller may take on a visible application. */
  readonly actions: (standing: Standing) => string[];
}

/** The share of an applicant. */
export interface OwnApplicationShare extends ApplicationShare {
  readonly organisationId: string;
}

/** For routes of applicants. Throws `OrganisationMissing` if the caller belongs to no organisation. */
@Injectable()
export class OwnApplications implements PipeTransform<Caller, OwnApplicationShare> {
  transform({ principal }: Caller): OwnApplicationShare {
    const organisationId = principal.owner;
    return { organisationId, ...shareOf(principal, 'applicant', { organisationId }) };
  }
}

/** For routes of partner units: applications of their region, once submitted. */
@Injectable()
export class RegionalApplications implements PipeTransform<Caller, ApplicationShare> {
  transform({ principal }: Caller): ApplicationShare {
    return shareOf(principal, 'partner', { isHandedIn: true, regionCode: principal.regionCode ?? [] });
  }
}

/** For all other routes: the widest share that the roles allow. */
@Injectable()
export class VisibleApplications implements PipeTransform<Caller, Promise<ApplicationShare>> {
  private readonly own = new OwnApplications();
  private readonly regional = new RegionalApplications();

  constructor(private readonly nodes: NodeQueries) {}

  async transform(caller: Caller): Promise<ApplicationShare> {
    const { principal, tx } = caller;
    if (principal.may('all_applications:read')) return shareOf(principal, 'organizer', { isHandedIn: true });
    if (principal.may('undertaken_application:read')) {
      return shareOf(principal, 'organizer', { isHandedIn: true, boardId: await this.nodes.undertakenBoards(principal, tx) });
    }
    return principal.may('regional_application:read') ? this.regional.transform(caller) : this.own.transform(caller);
  }
}

const columns: Readonly<Record<string, string>> = {
  isHandedIn: 'a.is_handed_in',
  boardId: 'a.board_id',
  regionCode: 'a.region_code',
  organisationId: 'a.organisation_id',
};

/** Restricts a list of `applications a` to a scope. */
export function narrow(where: Where, scope: Scope): Where {
  for (const [property, value] of Object.entries(scope)) {
    const column = columns[property];
    if (column === undefined) throw new Error(`no column for ${property}`);
    if (Array.isArray(value)) where.any(column, value);
    else where.equal(column, value);
  }
  return where;
}

const permissionFor = {
  edit: 'application:apply',
  submit: 'application:apply',
  withdraw: 'application:apply',
  endorse: 'endorsement:decide',
  withdraw_endorsement: 'endorsement:decide',
  override_endorsement: 'endorsement:override',
} as const;

const shareOf = (principal: Principal, side: ApplicationShare['side'], scope: Scope): ApplicationShare => ({
  side,
  scope,
  actions: standing =>
    openMoves(side, standing).filter(move => principal.may(permissionFor[move as keyof typeof permissionFor] ?? 'application:decide')),
});
