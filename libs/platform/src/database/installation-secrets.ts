import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from './database.js';

/** Secrets that all instances of a service share and nobody configures; created at first use and kept in its database. */
@Injectable()
export class InstallationSecrets {
  private readonly known = new Map<string, string>();

  constructor(private readonly database: Database) {}

  /** The secret of a name, 32 random bytes in base64url. */
  async get(name: string): Promise<string> {
    const known = this.known.get(name);
    if (known !== undefined) return known;
    const [row] = await this.database.query<{ value: string }[]>(
      `WITH made AS (INSERT INTO platform_secrets (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING value)
       SELECT value FROM made UNION ALL SELECT value FROM platform_secrets WHERE name = $1 LIMIT 1`,
      [name, randomBytes(32).toString('base64url')],
    );
    // Another instance inserted it after this statement's snapshot; the next query sees it.
    if (!row) return this.get(name);
    this.known.set(name, row.value);
    return row.value;
  }
}
