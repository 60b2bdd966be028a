import { AggregateRepository, Database } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { PasswordRecovery } from './password-recovery.entity.js';

@Injectable()
export class PasswordRecoveryRepository extends AggregateRepository<PasswordRecovery> {
  constructor(database: Database) {
    super(database, PasswordRecovery);
  }
}
