import { AggregateRepository, Database } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Invitation } from './invitation.entity.js';

@Injectable()
export class InvitationRepository extends AggregateRepository<Invitation> {
  constructor(database: Database) {
    super(database, Invitation, ['mail', 'mail_key', 'name']);
  }
}
