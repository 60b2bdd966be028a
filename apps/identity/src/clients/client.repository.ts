import { AggregateRepository, Database } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { OauthClient } from './client.entity.js';

@Injectable()
export class ClientRepository extends AggregateRepository<OauthClient> {
  constructor(database: Database) {
    super(database, OauthClient);
  }
}
