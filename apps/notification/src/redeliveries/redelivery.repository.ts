import { AggregateRepository, Database } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Redelivery } from './redelivery.entity.js';

@Injectable()
export class RedeliveryRepository extends AggregateRepository<Redelivery> {
  constructor(database: Database) {
    super(database, Redelivery);
  }
}
