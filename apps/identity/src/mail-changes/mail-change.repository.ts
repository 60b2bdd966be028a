import { AggregateRepository, Database } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { MailChange } from './mail-change.entity.js';

@Injectable()
export class MailChangeRepository extends AggregateRepository<MailChange> {
  constructor(database: Database) {
    super(database, MailChange, ['mail', 'mail_key', 'previous_mail']);
  }
}
