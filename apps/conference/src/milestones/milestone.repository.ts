import type { MilestoneKind } from '@ciep/contracts';
import { AggregateRepository, Database, type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Milestone } from './milestone.entity.js';

@Injectable()
export class MilestoneRepository extends AggregateRepository<Milestone> {
  constructor(database: Database) {
    super(database, Milestone);
  }

  /** The milestones of an edition, by date. */
  async ofEdition(tx: Tx, editionId: string): Promise<{ id: string; kind: MilestoneKind; at: Date }[]> {
    return tx.query('SELECT id, kind, at FROM milestones WHERE edition_id = $1 ORDER BY at, kind', [editionId]);
  }
}
