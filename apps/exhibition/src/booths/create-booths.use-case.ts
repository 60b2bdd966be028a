import { type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { KnownEditions } from '../editions/known-editions.queries.js';
import { NodeQueries } from '../nodes/node.queries.js';
import { Booth, type BoothPlan } from './booth.entity.js';
import { AreaNotAdmitted, BoothNumberRepeated, BoothNumberTaken, NodeIsNoLeaf, UnknownNode } from './booth.errors.js';
import { BoothQueries } from './booth.queries.js';
import { BoothRepository } from './booth.repository.js';

export interface NewBooth extends BoothPlan {
  readonly nodeId: string;
}

export interface NewBooths {
  readonly editionId: string;
  readonly booths: readonly NewBooth[];
  readonly isInvented: boolean;
  /** The JSON pointer of a booth in the request body. */
  readonly pointerTo: (index: number) => string;
}

@Injectable()
export class CreateBooths {
  constructor(
    private readonly editions: KnownEditions,
    private readonly nodes: NodeQueries,
    private readonly booths: BoothRepository,
    private readonly queries: BoothQueries,
  ) {}

  /** Creates all or none; returns their ids in the same order. */
  async execute(command: NewBooths, tx: Tx): Promise<string[]> {
    await this.editions.lockVenue(command.editionId, tx);
    await this.numbersAreFree(command, tx);
    await this.placesAdmitThem(command, tx);
    const { editionId, isInvented } = command;
    const booths = command.booths.map(({ nodeId, ...plan }) => Booth.plan({ editionId, nodeId, isInvented }, plan));
    await this.booths.in(tx).insertAll(booths);
    return booths.map(({ id }) => id);
  }

  private async numbersAreFree({ editionId, booths, pointerTo }: NewBooths, tx: Tx): Promise<void> {
    const numbers = booths.map(({ number }) => number);
    const repeated = numbers.findIndex((number, index) => numbers.indexOf(number) !== index);
    if (repeated !== -1) throw new BoothNumberRepeated(numbers[repeated] ?? '', `${pointerTo(repeated)}/number`);
    const taken = await this.queries.numbersInUse(editionId, numbers, tx);
    if (taken.length > 0) throw new BoothNumberTaken(taken);
  }

  private async placesAdmitThem({ editionId, booths, pointerTo }: NewBooths, tx: Tx): Promise<void> {
    const nodes = new Map((await this.nodes.boards([...new Set(booths.map(({ nodeId }) => nodeId))], tx)).map(node => [node.id, node]));
    for (const [index, { nodeId, number, areaType }] of booths.entries()) {
      const node = nodes.get(nodeId);
      if (node?.editionId !== editionId) throw new UnknownNode(nodeId, `${pointerTo(index)}/nodeId`);
      if (!node.isLeaf) throw new NodeIsNoLeaf(nodeId);
      if (!node.areaTypes.includes(areaType)) throw new AreaNotAdmitted(number, areaType, node.areaTypes);
    }
  }
}
