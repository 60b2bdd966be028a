import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { EditionRepository } from './edition.repository.js';

@Injectable()
export class PublishEdition {
  constructor(private readonly editions: EditionRepository) {}

  async execute({ id, version }: { id: string; version?: number }, tx: Tx): Promise<void> {
    await this.editions.in(tx).update(id, edition => edition.publish(), { version });
  }
}
