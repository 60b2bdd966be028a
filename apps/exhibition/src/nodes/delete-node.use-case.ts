import { type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { KnownEditions } from '../editions/known-editions.queries.js';
import { NodeNotEmpty } from './node.errors.js';
import { NodeQueries } from './node.queries.js';
import { NodeRepository } from './node.repository.js';

@Injectable()
export class DeleteNode {
  constructor(
    private readonly editions: KnownEditions,
    private readonly nodes: NodeRepository,
    private readonly queries: NodeQueries,
  ) {}

  async execute({ id, version }: { id: string; version: number }, tx: Tx): Promise<void> {
    const { editionId } = await this.nodes.in(tx).get(id);
    await this.editions.lockVenue(editionId, tx);
    await this.queries.lockAgainstReferences(id, tx);
    const uses = await this.queries.uses(id, tx);
    await this.nodes.in(tx).remove(
      id,
      () => {
        if (uses.children + uses.booths + uses.applications > 0) throw new NodeNotEmpty(uses);
      },
      { version },
    );
  }
}
