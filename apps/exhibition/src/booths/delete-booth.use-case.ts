import { type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { BoothHasHistory } from './booth.errors.js';
import { BoothQueries } from './booth.queries.js';
import { BoothRepository } from './booth.repository.js';

@Injectable()
export class DeleteBooth {
  constructor(
    private readonly booths: BoothRepository,
    private readonly queries: BoothQueries,
  ) {}

  async execute({ id, version }: { id: string; version: number }, tx: Tx): Promise<void> {
    await this.queries.lockAgainstReferences(id, tx);
    const wasAllocated = await this.queries.wasAllocated(id, tx);
    await this.booths.in(tx).remove(
      id,
      () => {
        if (wasAllocated) throw new BoothHasHistory(id);
      },
      { version },
    );
  }
}
