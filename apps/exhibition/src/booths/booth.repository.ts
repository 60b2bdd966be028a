import { AggregateRepository, Database } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Booth } from './booth.entity.js';

@Injectable()
export class BoothRepository extends AggregateRepository<Booth> {
  constructor(database: Database) {
    super(database, Booth);
  }
}
