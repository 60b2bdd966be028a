import { AggregateRepository, Database } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Agreement } from './agreement.entity.js';

@Injectable()
export class AgreementRepository extends AggregateRepository<Agreement> {
  constructor(database: Database) {
    super(database, Agreement, ['texts', 'scans']);
  }
}
