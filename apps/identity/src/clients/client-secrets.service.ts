import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Database, type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';

/** A stored secret: its hash as hexadecimal text, and when it stops working (milliseconds since 1970; null: never). */
export interface LiveSecret {
  readonly hash: string;
  readonly until: number | null;
}

/** 256 random bits need no slow hash. */
export const hashOfSecret = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/** The secrets of clients: two may be valid at once, so that a client can change over without a gap. */
@Injectable()
export class ClientSecrets {
  private readonly noted = new Map<string, number>();

  constructor(private readonly database: Database) {}

  /** Creates a secret for a client; the caller shows it once, and only its hash is stored. */
  async draw(clientId: string, tx: Tx): Promise<string> {
    const secret = randomBytes(32).toString('base64url');
    await this.add(clientId, secret, tx);
    return secret;
  }

  async add(clientId: string, secret: string, tx: Tx): Promise<void> {
    await tx.query('INSERT INTO oauth_client_secrets (client_id, secret_hash) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
      clientId,
      hashOfSecret(secret),
    ]);
  }

  /** Sets an expiry on the secrets of a client; those that expire earlier keep theirs. */
  async retire(clientId: string, at: Date, tx: Tx): Promise<void> {
    await tx.query('UPDATE oauth_client_secrets SET retire_at = $2 WHERE client_id = $1 AND (retire_at IS NULL OR retire_at > $2)', [
      clientId,
      at,
    ]);
  }

  /** Whether the given secret is one of the valid ones; records its use at most once a minute. */
  async fits(clientId: string, secrets: readonly LiveSecret[], given: string): Promise<boolean> {
    const hash = hashOfSecret(given);
    const used = secrets.filter(
      secret => (secret.until === null || secret.until > Date.now()) && timingSafeEqual(Buffer.from(secret.hash, 'hex'), hash),
    );
    if (used.length === 0) return false;
    await this.noteUse(clientId, hash);
    return true;
  }

  private async noteUse(clientId: string, hash: Buffer): Promise<void> {
    const key = hash.toString('hex');
    if (Date.now() - (this.noted.get(key) ?? 0) < 60_000) return;
    this.noted.set(key, Date.now());
    await this.database.query('UPDATE oauth_client_secrets SET last_used_at = now() WHERE client_id = $1 AND secret_hash = $2', [
      clientId,
      hash,
    ]);
  }
}
