import type { Database } from '@ciep/platform';
import { hashOfSecret } from '../clients/client-secrets.service.js';
import { demoAccounts, demoSecretOf } from './demo-accounts.js';

/** The demo accounts and clients in a database, whose credentials are public. One line each. */
export async function demoDataIn(database: Database): Promise<string[]> {
  const accounts = await database.query<unknown[]>('SELECT 1 FROM accounts WHERE mail = ANY($1)', [demoAccounts.map(({ login }) => login)]);
  const secrets = await database.query<{ client: string; hash: Buffer }[]>(
    'SELECT client_id AS client, secret_hash AS hash FROM oauth_client_secrets',
  );
  const clients = secrets.filter(({ client, hash }) => hashOfSecret(demoSecretOf(client)).equals(hash));
  return [
    ...(accounts.length > 0 ? [`the database holds ${accounts.length} demo accounts, whose password everybody knows`] : []),
    ...(clients.length > 0 ? [`the database holds ${clients.length} demo clients, whose secrets everybody knows`] : []),
  ];
}
