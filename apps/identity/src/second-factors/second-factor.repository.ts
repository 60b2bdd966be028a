import { AggregateRepository, Database } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { SecondFactor } from './second-factor.entity.js';

@Injectable()
export class SecondFactorRepository extends AggregateRepository<SecondFactor> {
  constructor(database: Database) {
    super(database, SecondFactor);
  }
}
