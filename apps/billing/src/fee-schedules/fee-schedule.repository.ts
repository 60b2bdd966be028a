import { AggregateRepository, Database, type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { FeeSchedule } from './fee-schedule.entity.js';

@Injectable()
export class FeeScheduleRepository extends AggregateRepository<FeeSchedule> {
  constructor(database: Database) {
    super(database, FeeSchedule);
  }

  /** Serializes publications of an edition, so that the check against the versions in force holds until the commit. */
  async lockEdition(tx: Tx, editionId: string): Promise<void> {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('fee_schedule:' || $1, 0))`, [editionId]);
  }

  /** The version in force at an instant: the published one that started last. */
  async inForce(tx: Tx, editionId: string, at: Date): Promise<Readonly<FeeSchedule> | undefined> {
    const rows = await tx.query<{ id: string }[]>(
      `SELECT id FROM fee_schedules WHERE edition_id = $1 AND status = 'published' AND in_force_from <= $2 ORDER BY in_force_from DESC LIMIT 1`,
      [editionId, at],
    );
    return rows[0] && (await this.in(tx).get(rows[0].id));
  }
}
