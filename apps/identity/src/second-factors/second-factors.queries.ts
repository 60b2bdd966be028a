import type { Role } from '@ciep/contracts';
import { NotFound } from '@ciep/kernel';
import { Database, select, type Reader } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { rolesHeld } from '../role-grants/in-force.rules.js';
import type { FactorNumbers } from './authenticator.service.js';
import type { SecondFactorState } from './second-factor.entity.js';

/** The second factor of an account as it is checked. */
export interface StoredFactor extends FactorNumbers {
  /** The mail address of the account. */
  readonly mail: string;
  readonly status: SecondFactorState;
  readonly activatedAt: Date | null;
  /** The time step of the last code that was used; 0 before the first. */
  readonly lastStep: number;
  /** How many recovery codes of the newest set have been used. */
  readonly usedCodes: number;
}

@Injectable()
export class SecondFactorQueries {
  constructor(private readonly database: Database) {}

  /** The second factor of an account, if it ever had one. */
  async of(accountId: string, reader: Reader = this.database): Promise<StoredFactor | undefined> {
    const [row] = await reader.query<StoredFactor[]>(
      `SELECT ${select<StoredFactor>('f', ['id', 'status', 'secrets', 'codeSets', 'activatedAt'], {
        lastStep: 'f.last_step::float8',
        usedCodes: 'cardinality(f.used_codes)',
        mail: 'a.mail',
      })} FROM second_factors f JOIN accounts a ON a.id = f.account_id WHERE f.account_id = $1`,
      [accountId],
    );
    return row;
  }

  /**
   * The same, with the account locked until the transaction ends, so that what concerns the logins of an account happens one after the
   * other. Throws `NotFound` for an account that is not active.
   */
  async held(accountId: string, reader: Reader): Promise<StoredFactor | undefined> {
    const accounts = await reader.query<unknown[]>(`SELECT 1 FROM accounts WHERE id = $1 AND status = 'active' FOR NO KEY UPDATE`, [
      accountId,
    ]);
    if (accounts.length === 0) throw new NotFound('account', accountId);
    return this.of(accountId, reader);
  }

  /** Uses a code of the app up; false if that one or a later one was used before. */
  async useStep({ id, secrets }: FactorNumbers, step: number, reader: Reader = this.database): Promise<boolean> {
    const rows = await reader.query<unknown[]>(
      'WITH used AS (UPDATE second_factors SET last_step = $3 WHERE id = $1 AND secrets = $2 AND last_step < $3 RETURNING 1) SELECT 1 FROM used',
      [id, secrets, step],
    );
    return rows.length > 0;
  }

  /** Uses a recovery code up; false if it was used before. */
  async useCode({ id, codeSets }: FactorNumbers, number: number, reader: Reader = this.database): Promise<boolean> {
    const rows = await reader.query<unknown[]>(
      `WITH used AS (UPDATE second_factors SET used_codes = used_codes || $3::smallint
        WHERE id = $1 AND code_sets = $2 AND NOT $3::smallint = ANY (used_codes) RETURNING 1) SELECT 1 FROM used`,
      [id, codeSets, number],
    );
    return rows.length > 0;
  }

  /** No code of a new secret has been used. */
  async forgetSteps(id: string, reader: Reader): Promise<void> {
    await reader.query('UPDATE second_factors SET last_step = 0 WHERE id = $1', [id]);
  }

  /** No code of a new set has been used. */
  async forgetCodes(id: string, reader: Reader): Promise<void> {
    await reader.query(`UPDATE second_factors SET used_codes = '{}' WHERE id = $1`, [id]);
  }

  /** Every role that a person has in some organisation. */
  async rolesOf(accountId: string, reader: Reader = this.database): Promise<Role[]> {
    const rows = await reader.query<{ role: Role }[]>(
      `SELECT DISTINCT unnest(${rolesHeld('$2')}) AS role FROM memberships m WHERE m.account_id = $1`,
      [accountId, this.database.clock.now()],
    );
    return rows.map(({ role }) => role);
  }
}
