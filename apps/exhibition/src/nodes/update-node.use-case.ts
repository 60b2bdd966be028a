import { type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { KnownEditions } from '../editions/known-editions.queries.js';
import type { NodePlan } from './node.entity.js';
import { AreaInUse, NodeCodeTaken, RegionTaken } from './node.errors.js';
import { NodeQueries } from './node.queries.js';
import { NodeRepository } from './node.repository.js';

@Injectable()
export class UpdateNode {
  constructor(
    private readonly editions: KnownEditions,
    private readonly nodes: NodeRepository,
    private readonly queries: NodeQueries,
  ) {}

  async execute({ id, version, changes }: { id: string; version: number; changes: Partial<NodePlan> }, tx: Tx): Promise<void> {
    const { editionId } = await this.nodes.in(tx).get(id);
    await this.editions.lockVenue(editionId, tx);
    const { code: newCode } = changes;
    if (newCode !== undefined && (await this.queries.isCodeTaken(editionId, newCode, tx, id))) throw new NodeCodeTaken(newCode);
    const plan = await this.nodes.in(tx).update(
      id,
      node => {
        const { code, name, description, areaTypes, regionCodes } = node;
        const next = { code, name, description, areaTypes, regionCodes, ...changes };
        node.replan(next);
        return next;
      },
      { version },
    );
    const taken = await this.queries.regionsTaken(editionId, plan.regionCodes, tx, id);
    if (taken.length > 0) throw new RegionTaken(taken);
    const lost = (await this.queries.areasOfBooths(id, tx)).filter(areaType => !plan.areaTypes.includes(areaType));
    if (lost.length > 0) throw new AreaInUse(lost);
  }
}
