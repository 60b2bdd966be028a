import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { EditionDetails } from './edition.entity.js';
import { EditionRepository } from './edition.repository.js';

@Injectable()
export class ChangeEdition {
  constructor(private readonly editions: EditionRepository) {}

  async execute({ id, version, details }: { id: string; version?: number; details: Partial<EditionDetails> }, tx: Tx): Promise<void> {
    if (details.ordinal !== undefined || details.code !== undefined) await this.editions.claimNames(tx, details, id);
    await this.editions.in(tx).update(id, edition => edition.change(details), { version });
  }
}
