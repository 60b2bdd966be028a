import { type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { KnownEditions } from '../editions/known-editions.queries.js';
import { NodeQueries } from '../nodes/node.queries.js';
import type { BoothPlan } from './booth.entity.js';
import { AreaNotAdmitted, BoothNumberTaken, BoothTaken } from './booth.errors.js';
import { BoothQueries } from './booth.queries.js';
import { BoothRepository } from './booth.repository.js';

@Injectable()
export class UpdateBooth {
  constructor(
    private readonly editions: KnownEditions,
    private readonly nodes: NodeQueries,
    private readonly booths: BoothRepository,
    private readonly queries: BoothQueries,
  ) {}

  async execute({ id, version, changes }: { id: string; version: number; changes: Partial<BoothPlan> }, tx: Tx): Promise<void> {
    const { editionId, nodeId } = await this.booths.in(tx).get(id);
    await this.editions.lockVenue(editionId, tx);
    const taken = changes.number === undefined ? [] : await this.queries.numbersInUse(editionId, [changes.number], tx, id);
    if (taken.length > 0) throw new BoothNumberTaken(taken);
    const plan = await this.booths.in(tx).update(
      id,
      booth => {
        const { number, type, areaType, areaDm2, widthDm, depthDm, hall, floor } = booth;
        const next = { number, type, areaType, areaDm2, widthDm, depthDm, hall, floor, ...changes };
        booth.replan(next);
        return next;
      },
      { version },
    );
    // The price and the agreement of a taken booth depend on its data (docs/rules.md#booth-stock).
    if (await this.queries.isTaken(id, tx)) throw new BoothTaken(id);
    const [node] = await this.nodes.boards([nodeId], tx);
    if (node && !node.areaTypes.includes(plan.areaType)) throw new AreaNotAdmitted(plan.number, plan.areaType, node.areaTypes);
  }
}
