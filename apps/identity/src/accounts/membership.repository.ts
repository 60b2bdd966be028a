import { AggregateRepository, Database } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Membership } from './membership.entity.js';

@Injectable()
export class MembershipRepository extends AggregateRepository<Membership> {
  constructor(database: Database) {
    super(database, Membership);
  }
}
