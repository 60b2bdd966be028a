import { type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { KnownEditions } from '../editions/known-editions.queries.js';
import type { Node } from './node.entity.js';
import { MovedBelowItself, NodeIsLeaf, UnknownParent } from './node.errors.js';
import { NodeQueries } from './node.queries.js';
import { NodeRepository } from './node.repository.js';

@Injectable()
export class MoveNode {
  constructor(
    private readonly editions: KnownEditions,
    private readonly nodes: NodeRepository,
    private readonly queries: NodeQueries,
  ) {}

  /** `position` is among the new siblings; by default the last. */
  async execute(
    { id, version, parentId, position }: { id: string; version: number; parentId: string | null; position?: number | undefined },
    tx: Tx,
  ): Promise<void> {
    const { editionId } = await this.nodes.in(tx).get(id);
    await this.editions.lockVenue(editionId, tx);
    const parent = parentId === null ? null : await this.parent(editionId, id, parentId, tx);
    const last = await this.queries.nextPosition(editionId, parentId, tx);
    await this.nodes.in(tx).update(id, node => node.moveBelow(parent, position ?? last), { version });
  }

  private async parent(editionId: string, id: string, parentId: string, tx: Tx): Promise<Readonly<Node>> {
    const parent = await this.nodes.in(tx).find(parentId, { editionId });
    if (!parent) throw new UnknownParent(parentId);
    if (await this.queries.isBelow(parentId, id, tx)) throw new MovedBelowItself();
    const uses = await this.queries.uses(parentId, tx);
    if (uses.booths + uses.applications > 0) throw new NodeIsLeaf(uses);
    return parent;
  }
}
