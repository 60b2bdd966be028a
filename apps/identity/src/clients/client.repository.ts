import { AggregateRepository, Database, type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { OauthClient } from './client.entity.js';
import { ClientIdTaken } from './client.errors.js';

@Injectable()
export class ClientRepository extends AggregateRepository<OauthClient> {
  constructor(database: Database) {
    super(database, OauthClient);
  }

  /** Refuses an id that is taken, with {@link ClientIdTaken}. Nobody can take it between this check and the end of the transaction. */
  async claimId(tx: Tx, clientId: string): Promise<void> {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('client ids', 0))`);
    const taken = await tx.query<unknown[]>('SELECT 1 FROM oauth_clients WHERE client_id = $1', [clientId]);
    if (taken.length > 0) throw new ClientIdTaken(clientId);
  }
}
