import type { Database, Tx } from '../database/database.js';
import type { Log } from '../logging/log.js';
import type { Principal } from '../context/principal.js';

/** A row becomes visible when its transaction ends, up to 10 seconds after its `stored_at`. */
const lateness = `interval '15 seconds'`;

interface Row {
  readonly mark: string;
  readonly until: Date;
  readonly storedAt: Date;
}

/**
 * The revoked access tokens, by a mark that they carry: claim `gid` (all tokens of a grant) or `jti` (one token). The marks are in the
 * table `revoked_tokens` and in memory, where every request is checked; a timer reads what other replicas have stored. A mark is
 * removed when its tokens have expired.
 */
export class RevokedTokens {
  private readonly untils = new Map<string, number>();
  private newest: Date | undefined;
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly log: Log,
    private readonly every: number,
  ) {}

  /** Whether the principal's token was revoked. */
  include({ grantId, tokenId }: Pick<Principal, 'grantId' | 'tokenId'>): boolean {
    return this.has(grantId) || this.has(tokenId);
  }

  /**
   * Revokes the tokens with a mark until an instant of the machine's clock. Returns whether the mark is new. This process refuses
   * them from now on, even if the transaction fails: too early is the safe side.
   */
  async add(tx: Tx, mark: string, until: Date): Promise<boolean> {
    if (until.getTime() <= Date.now()) return false;
    this.untils.set(mark, until.getTime());
    const added = await tx.query<unknown[]>(
      `WITH expired AS (DELETE FROM revoked_tokens WHERE mark = ANY(ARRAY(
         SELECT mark FROM revoked_tokens WHERE until < now() LIMIT 1000 FOR UPDATE SKIP LOCKED)))
       INSERT INTO revoked_tokens (mark, until) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING 1`,
      [mark, until],
    );
    return added.length > 0;
  }

  /** Reads the revoked tokens, and keeps reading new ones. */
  async start(): Promise<void> {
    await this.look();
    this.timer = setInterval(() => {
      this.looking = this.look().catch((error: unknown) =>
        this.log.warn({ error }, 'the revoked tokens could not be read; the known ones stay refused'),
      );
    }, this.every).unref();
  }

  /** Stops reading. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.looking;
  }

  private has(mark: string | undefined): boolean {
    const until = mark === undefined ? undefined : this.untils.get(mark);
    return until !== undefined && until > Date.now();
  }

  private async look(): Promise<void> {
    const rows = await this.database.query<Row[]>(
      `SELECT mark, until, stored_at AS "storedAt" FROM revoked_tokens
        WHERE until > now() AND stored_at > coalesce($1::timestamptz - ${lateness}, '-infinity') ORDER BY stored_at`,
      [this.newest],
    );
    for (const { mark, until } of rows) this.untils.set(mark, until.getTime());
    this.newest = rows.at(-1)?.storedAt ?? this.newest;
    const now = Date.now();
    for (const [mark, until] of this.untils) if (until <= now) this.untils.delete(mark);
  }
}
