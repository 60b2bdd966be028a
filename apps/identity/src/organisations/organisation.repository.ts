import { AggregateRepository, Database } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Organisation } from './organisation.entity.js';

@Injectable()
export class OrganisationRepository extends AggregateRepository<Organisation> {
  constructor(database: Database) {
    super(database, Organisation, ['contact_name', 'contact_phone', 'contact_mail']);
  }
}
