import type { MilestoneKind } from '@ciep/contracts';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { EditionRepository } from '../editions/edition.repository.js';
import { Milestone } from './milestone.entity.js';
import { MilestoneAlreadySet } from './milestone.errors.js';
import { MilestoneRepository } from './milestone.repository.js';

@Injectable()
export class SetMilestone {
  constructor(
    private readonly editions: EditionRepository,
    private readonly milestones: MilestoneRepository,
  ) {}

  async execute({ id, editionId, kind, at }: { id?: string; editionId: string; kind: MilestoneKind; at: Date }, tx: Tx): Promise<string> {
    await this.editions.hold(tx, editionId);
    const present = (await this.milestones.ofEdition(tx, editionId)).find(milestone => milestone.kind === kind);
    if (present) throw new MilestoneAlreadySet(kind, present.id);
    const milestone = Milestone.set({ ...(id !== undefined && { id }), editionId, kind, at });
    await this.milestones.in(tx).insert(milestone);
    return milestone.id;
  }
}
