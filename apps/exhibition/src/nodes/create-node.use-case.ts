import { type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { KnownEditions } from '../editions/known-editions.queries.js';
import { Node, type NodePlan } from './node.entity.js';
import { NodeCodeTaken, NodeIsLeaf, RegionTaken, UnknownParent } from './node.errors.js';
import { NodeQueries } from './node.queries.js';
import { NodeRepository } from './node.repository.js';
import type { NodeKind, Responsibility } from './node.rules.js';

export interface NewNode extends NodePlan {
  readonly editionId: string;
  readonly parentId: string | null;
  readonly kind: NodeKind;
  /** Among its siblings; by default the last. */
  readonly position?: number | undefined;
  readonly responsibilities: readonly Responsibility[];
}

@Injectable()
export class CreateNode {
  constructor(
    private readonly editions: KnownEditions,
    private readonly nodes: NodeRepository,
    private readonly queries: NodeQueries,
  ) {}

  async execute(command: NewNode, tx: Tx): Promise<string> {
    const { editionId, parentId, kind, position, responsibilities, ...plan } = command;
    await this.editions.lockVenue(editionId, tx);
    if (await this.queries.isCodeTaken(editionId, plan.code, tx)) throw new NodeCodeTaken(plan.code);
    const taken = await this.queries.regionsTaken(editionId, plan.regionCodes, tx);
    if (taken.length > 0) throw new RegionTaken(taken);
    const parent = parentId === null ? null : await this.parent(editionId, parentId, tx);
    const place = { editionId, kind, parent, position: position ?? (await this.queries.nextPosition(editionId, parentId, tx)) };
    const node = Node.plan(place, plan, responsibilities);
    await this.nodes.in(tx).insert(node);
    return node.id;
  }

  private async parent(editionId: string, parentId: string, tx: Tx): Promise<Readonly<Node>> {
    const parent = await this.nodes.in(tx).find(parentId, { editionId });
    if (!parent) throw new UnknownParent(parentId);
    const uses = await this.queries.uses(parentId, tx);
    if (uses.booths + uses.applications > 0) throw new NodeIsLeaf(uses);
    return parent;
  }
}
