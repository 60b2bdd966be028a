import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Edition, type EditionDetails } from './edition.entity.js';
import { EditionRepository } from './edition.repository.js';

@Injectable()
export class CreateEdition {
  constructor(private readonly editions: EditionRepository) {}

  /** `id` and `isDemo` are for the seed, which needs fixed ids and creates the demo edition. */
  async execute({ details, id, isDemo }: { details: EditionDetails; id?: string; isDemo?: boolean }, tx: Tx): Promise<string> {
    await this.editions.claimNames(tx, details);
    const edition = Edition.plan(details, { ...(id !== undefined && { id }), ...(isDemo !== undefined && { isDemo }) });
    await this.editions.in(tx).insert(edition);
    return edition.id;
  }
}
