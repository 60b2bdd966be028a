import { type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { BoothTaken } from './booth.errors.js';
import { BoothQueries } from './booth.queries.js';
import { BoothRepository } from './booth.repository.js';

@Injectable()
export class BlockBooth {
  constructor(
    private readonly booths: BoothRepository,
    private readonly queries: BoothQueries,
  ) {}

  async execute({ id, version, reason }: { id: string; version: number; reason: string }, tx: Tx): Promise<void> {
    await this.booths.in(tx).update(id, booth => booth.block(reason), { version });
    // Checked under the row lock, which an approval takes too, so a booth is never both blocked and taken.
    if (await this.queries.isTaken(id, tx)) throw new BoothTaken(id);
  }
}
