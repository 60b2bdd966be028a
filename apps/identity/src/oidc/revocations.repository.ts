import { Database } from '@ciep/platform';
import { Injectable } from '@nestjs/common';

/** Access tokens that ended before their time: by the mark of their grant, or by their own id. */
@Injectable()
export class Revocations {
  constructor(private readonly database: Database) {}

  async add(id: string): Promise<void> {
    await this.database.query(`INSERT INTO revoked_tokens (id, until) VALUES ($1, now() + interval '10 minutes') ON CONFLICT DO NOTHING`, [
      id,
    ]);
  }

  async includes(ids: readonly string[]): Promise<boolean> {
    const [row] = await this.database.query<unknown[]>('SELECT 1 FROM revoked_tokens WHERE id = ANY($1) AND until > now() LIMIT 1', [ids]);
    return row !== undefined;
  }

  /** Removes what has expired, some thousand rows at a time. */
  async sweep(): Promise<void> {
    await this.database.query(`DELETE FROM revoked_tokens WHERE until < now() - interval '1 minute'`);
    await this.database.query(
      `DELETE FROM oidc_payloads WHERE ctid = ANY(ARRAY(SELECT ctid FROM oidc_payloads WHERE expires_at < now() - interval '1 minute' LIMIT 5000))`,
    );
    await this.database.query(`DELETE FROM tries WHERE since < now() - interval '1 day'`);
  }
}
