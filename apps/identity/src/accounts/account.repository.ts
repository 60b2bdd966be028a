import { AggregateRepository, Database } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Account } from './account.entity.js';

@Injectable()
export class AccountRepository extends AggregateRepository<Account> {
  constructor(database: Database) {
    super(database, Account, ['mail', 'mail_key', 'name', 'phone', 'password_hash']);
  }
}
