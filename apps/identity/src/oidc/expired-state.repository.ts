import { Database } from '@ciep/platform';
import { Injectable } from '@nestjs/common';

/** What the provider and the counting of tries leave behind. */
@Injectable()
export class ExpiredState {
  constructor(private readonly database: Database) {}

  /** Removes what has expired, some thousand rows at a time. */
  async sweep(): Promise<void> {
    await this.database.query(
      `DELETE FROM oidc_payloads WHERE ctid = ANY(ARRAY(SELECT ctid FROM oidc_payloads WHERE expires_at < now() - interval '1 minute' LIMIT 5000))`,
    );
    await this.database.query(`DELETE FROM tries WHERE since < now() - interval '1 day'`);
  }
}
