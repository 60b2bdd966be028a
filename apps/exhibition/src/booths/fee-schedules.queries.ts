import { Clock } from '@ciep/kernel';
import { Database, type Reader } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { FeeSchedule } from './booth-price.rules.js';

/** What billing has told about the booth fees. */
@Injectable()
export class KnownFeeSchedules {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** The fees of an edition in force now. */
  async inForce(editionId: string, reader: Reader = this.database): Promise<FeeSchedule | undefined> {
    const [schedule] = await reader.query<FeeSchedule[]>(
      `SELECT currency, tax_basis_points AS "taxBasisPoints", lines FROM known_fee_schedules
       WHERE edition_id = $1 AND in_force_from <= $2 ORDER BY in_force_from DESC, id DESC LIMIT 1`,
      [editionId, this.clock.now()],
    );
    return schedule;
  }
}
