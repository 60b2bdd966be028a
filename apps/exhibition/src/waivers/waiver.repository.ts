import { normalCode } from '@ciep/kernel';
import { AggregateRepository, Database, type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Waiver } from './waiver.entity.js';
import { WaiverUnknown } from './waiver.errors.js';

@Injectable()
export class WaiverRepository extends AggregateRepository<Waiver> {
  constructor(database: Database) {
    super(database, Waiver, ['code']);
  }

  /** The waiver with this code that this organisation may use in this edition. Throws {@link WaiverUnknown}. */
  async idOf(code: string, { editionId, organisationId }: { editionId: string; organisationId: string }, tx: Tx): Promise<string> {
    const [waiver] = await tx.query<{ id: string }[]>(
      'SELECT id FROM waivers WHERE code = $1 AND edition_id = $2 AND (organisation_id IS NULL OR organisation_id = $3)',
      [normalCode(code), editionId, organisationId],
    );
    if (!waiver) throw new WaiverUnknown();
    return waiver.id;
  }
}
