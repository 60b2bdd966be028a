import { AggregateRepository, Database } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { RoleGrant } from './role-grant.entity.js';

@Injectable()
export class RoleGrantRepository extends AggregateRepository<RoleGrant> {
  constructor(database: Database) {
    super(database, RoleGrant);
  }
}
