import { NotFound } from '@ciep/kernel';
import { AggregateRepository, Database, type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { CodeTaken, OrdinalTaken } from './edition.errors.js';
import { Edition } from './edition.entity.js';

@Injectable()
export class EditionRepository extends AggregateRepository<Edition> {
  constructor(database: Database) {
    super(database, Edition);
  }

  /**
   * Refuses an ordinal or code of another edition. Creations and renames happen a few times a year, so they may block each other: nobody
   * can take the name between this check and the end of the transaction.
   */
  async claimNames(tx: Tx, names: { ordinal?: number | null; code?: string }, exceptId?: string): Promise<void> {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtext('names of editions'))`);
    const taken: { sameOrdinal: boolean }[] = await tx.query(
      `SELECT coalesce(ordinal = $1, false) AS "sameOrdinal" FROM editions WHERE (ordinal = $1 OR code = $2) AND id IS DISTINCT FROM $3::uuid ORDER BY 1 DESC LIMIT 1`,
      [names.ordinal ?? null, names.code ?? null, exceptId ?? null],
    );
    if (taken[0]?.sameOrdinal && names.ordinal) throw new OrdinalTaken(names.ordinal);
    if (taken[0] && names.code !== undefined) throw new CodeTaken(names.code);
  }

  /** Locks the edition while its milestones change; throws `NotFound`. */
  async hold(tx: Tx, id: string): Promise<void> {
    const held: unknown[] = await tx.query('SELECT 1 FROM editions WHERE id = $1 FOR NO KEY UPDATE', [id]);
    if (held.length === 0) throw new NotFound('edition', id);
  }
}
