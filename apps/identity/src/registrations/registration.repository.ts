import { AggregateRepository, Database } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Registration } from './registration.entity.js';

@Injectable()
export class RegistrationRepository extends AggregateRepository<Registration> {
  constructor(database: Database) {
    super(database, Registration, ['mail', 'mail_key', 'name', 'phone']);
  }
}
