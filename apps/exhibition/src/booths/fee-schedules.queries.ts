import { Clock, NotFound } from '@ciep/kernel';
import { Database, select, type Reader } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { FeeSchedule } from './booth-price.rules.js';

/** The booth fees published by billing. */
@Injectable()
export class KnownFeeSchedules {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** The fees of an edition in force now; undefined if there are none. Throws `NotFound` for an edition that the caller may not see. */
  async inForce(
    editionId: string,
    { onlyPublished }: { onlyPublished: boolean },
    reader: Reader = this.database,
  ): Promise<FeeSchedule | undefined> {
    const [row] = await reader.query<(FeeSchedule | { lines: null })[]>(
      `SELECT ${select<FeeSchedule>('s', ['currency', 'taxBasisPoints', 'lines'])} FROM known_editions e LEFT JOIN LATERAL (
         SELECT * FROM known_fee_schedules f WHERE f.edition_id = e.id AND f.in_force_from <= $2 ORDER BY f.in_force_from DESC, f.id DESC LIMIT 1) s ON true
       WHERE e.id = $1 AND (e.published OR NOT $3)`,
      [editionId, this.clock.now(), onlyPublished],
    );
    if (!row) throw new NotFound('edition', editionId);
    return row.lines === null ? undefined : row;
  }
}
