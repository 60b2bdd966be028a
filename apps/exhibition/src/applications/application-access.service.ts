import type { Principal, Reader, Scope, Where } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { NodeQueries } from '../nodes/node.queries.js';
import { openMoves, type Side, type Standing } from './application.rules.js';

/** Which applications somebody may see, and in which part. */
export interface Access {
  readonly side: Exclude<Side, 'system'>;
  /** The same as conditions of a row. Drafts are for nobody but their applicant. */
  readonly scope: Scope;
}

/** Ownership, region and undertaken boards as conditions, for reading and for deciding. */
@Injectable()
export class ApplicationAccess {
  constructor(private readonly nodes: NodeQueries) {}

  /** The widest share that the roles give. Throws `OrganisationMissing` for somebody who belongs to no organisation. */
  async of(principal: Principal, reader?: Reader): Promise<Access> {
    if (principal.may('all_applications:read')) return { side: 'organizer', scope: { isHandedIn: true } };
    if (principal.may('undertaken_application:read')) {
      return { side: 'organizer', scope: { isHandedIn: true, boardId: await this.nodes.undertakenBoards(principal, reader) } };
    }
    if (principal.may('regional_application:read')) return { side: 'partner', scope: ofRegion(principal) };
    return { side: 'applicant', scope: { organisationId: principal.owner } };
  }
}

/** What a partner unit may see: its region, once handed in. */
export const ofRegion = ({ regionCode }: Principal): Scope => ({ isHandedIn: true, regionCode: regionCode ?? [] });

const columns: Readonly<Record<string, string>> = {
  isHandedIn: 'a.is_handed_in',
  boardId: 'a.board_id',
  regionCode: 'a.region_code',
  organisationId: 'a.organisation_id',
};

/** Narrows a list of `applications a` to a scope. */
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

/** What somebody may do now with an application that it sees. */
export function allowedActions(principal: Principal, side: Access['side'], standing: Standing): string[] {
  return openMoves(side, standing).filter(move => principal.may(permissionFor[move as keyof typeof permissionFor] ?? 'application:decide'));
}
