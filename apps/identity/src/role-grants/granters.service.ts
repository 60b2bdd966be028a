import type { Principal, Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { PersonOnly } from '../passwords/password.errors.js';
import type { Granter } from './grant.rules.js';
import { RoleGrantQueries } from './role-grants.queries.js';

/** The caller who decides on a role. */
export type Decider = Pick<Principal, 'kind' | 'id' | 'owner'>;

/** The deciding person, with the roles of this moment: the token may be older. Read it under {@link RoleChanges.hold}. */
@Injectable()
export class Granters {
  constructor(private readonly queries: RoleGrantQueries) {}

  /** Throws `PersonOnly`: people are responsible for roles, programs are not. */
  async find({ kind, id, owner }: Decider, tx: Tx): Promise<Granter> {
    if (kind !== 'user') throw new PersonOnly();
    return { accountId: id, organisationId: owner, held: await this.queries.held(tx, id, owner) };
  }
}
