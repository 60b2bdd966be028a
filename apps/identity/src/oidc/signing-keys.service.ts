import { Database, type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import { IdentityConfig } from '../identity.config.js';
import { Sealing } from '../secrets/sealing.service.js';

interface Row {
  readonly kid: string;
  readonly state: 'current' | 'next' | 'retired';
  readonly sealed: Buffer;
}

/** The keys to sign with and to publish, the current one first. */
export interface KeyRing {
  readonly currentKid: string;
  readonly keys: JWK[];
  /** Changes whenever the ring does. */
  readonly version: string;
}

const sealName = (kid: string): string => `signing_key:${kid}`;
const order = `CASE state WHEN 'current' THEN 0 WHEN 'next' THEN 1 ELSE 2 END`;

/**
 * The ES256 keys, encrypted in the database. A new key is published before it signs, and the old one stays published until the last token
 * that it signed has expired, so no verification fails in between (docs/rules.md#signing-keys).
 */
@Injectable()
export class SigningKeys {
  constructor(
    private readonly database: Database,
    private readonly sealing: Sealing,
    private readonly config: IdentityConfig,
  ) {}

  async version(): Promise<string> {
    const [row] = await this.database.query<{ version: string | null }[]>(
      `SELECT string_agg(kid || ' ' || state, ',' ORDER BY ${order}, kid) AS version FROM signing_keys`,
    );
    return row?.version ?? '';
  }

  /** Loads all keys; creates the first one if there is none. Throws `WrongEncryptionKey`. */
  load(): Promise<KeyRing> {
    return this.locked(async tx => {
      const rows = await this.rows(tx);
      if (!rows.some(({ state }) => state === 'current')) rows.unshift(await this.make(tx, 'current'));
      const keys = rows.map(({ kid, sealed }) => JSON.parse(this.sealing.open(sealName(kid), sealed).toString()) as JWK);
      await this.sealAnew(tx, rows);
      const [current] = rows;
      if (!current) throw new Error('there is no signing key');
      return { currentKid: current.kid, keys, version: rows.map(({ kid, state }) => `${kid} ${state}`).join(',') };
    });
  }

  /**
   * Performs the rotation step that is due by the database's clock: publishes the next key when the current one is old, lets it sign ten
   * minutes later (every service has fetched it by then), and removes the old one 15 minutes after that.
   */
  tend(): Promise<void> {
    return this.locked(async tx => {
      await tx.query(`DELETE FROM signing_keys WHERE state = 'retired' AND changed_at < now() - interval '15 minutes'`);
      const [due] = await tx.query<{ old: boolean; ready: boolean; waiting: boolean }[]>(
        `SELECT bool_or(state = 'current' AND changed_at < now() - make_interval(days => $1)) AS old, bool_or(state = 'next') AS waiting,
                bool_or(state = 'next' AND changed_at < now() - interval '10 minutes') AS ready FROM signing_keys`,
        [this.config.signingKeyDays],
      );
      if (due?.old && !due.waiting) await this.make(tx, 'next');
      if (due?.ready) await this.promote(tx);
    });
  }

  /** Publishes a next key now, for an early rotation. */
  async publishNext(): Promise<void> {
    await this.locked(tx => this.make(tx, 'next'));
  }

  /** Lets the published next key sign now. */
  promoteNext(): Promise<void> {
    return this.locked(tx => this.promote(tx));
  }

  private async promote(tx: Tx): Promise<void> {
    await tx.query(
      `UPDATE signing_keys SET state = 'retired', changed_at = now() WHERE state = 'current' AND EXISTS (SELECT 1 FROM signing_keys WHERE state = 'next')`,
    );
    await tx.query(
      `UPDATE signing_keys SET state = 'current', changed_at = now() WHERE kid = (SELECT kid FROM signing_keys WHERE state = 'next' ORDER BY changed_at LIMIT 1)`,
    );
  }

  private async make(tx: Tx, state: 'current' | 'next'): Promise<Row> {
    const { privateKey } = await generateKeyPair('ES256', { extractable: true });
    const jwk = await exportJWK(privateKey);
    const kid = await calculateJwkThumbprint(jwk);
    const sealed = this.sealing.seal(sealName(kid), Buffer.from(JSON.stringify({ ...jwk, kid, alg: 'ES256', use: 'sig' })));
    await tx.query('INSERT INTO signing_keys (kid, state, sealed) VALUES ($1, $2, $3)', [kid, state, sealed]);
    return { kid, state, sealed };
  }

  /** Encrypts all keys again after a change of the encryption key. */
  private async sealAnew(tx: Tx, rows: readonly Row[]): Promise<void> {
    for (const { kid, sealed } of rows.filter(row => this.sealing.isOutdated(sealName(row.kid), row.sealed))) {
      await tx.query('UPDATE signing_keys SET sealed = $2 WHERE kid = $1', [
        kid,
        this.sealing.seal(sealName(kid), this.sealing.open(sealName(kid), sealed)),
      ]);
    }
  }

  private rows(tx: Tx): Promise<Row[]> {
    return tx.query<Row[]>(`SELECT kid, state, sealed FROM signing_keys ORDER BY ${order}, kid`);
  }

  private locked<R>(work: (tx: Tx) => Promise<R>): Promise<R> {
    return this.database.transaction(async tx => {
      await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('identity signing keys', 0))`);
      return work(tx);
    });
  }
}
