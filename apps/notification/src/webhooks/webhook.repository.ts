import { AggregateRepository, Database } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Webhook } from './webhook.entity.js';

/** The URL is confidential too, because portals put passwords into it. */
@Injectable()
export class WebhookRepository extends AggregateRepository<Webhook> {
  constructor(database: Database) {
    super(database, Webhook, ['url', 'secret', 'previous_secret']);
  }
}
