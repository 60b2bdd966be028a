import { daysAfter, startOfChineseDay } from '@ciep/kernel';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Milestone } from '../milestones/milestone.entity.js';
import { MilestoneRepository } from '../milestones/milestone.repository.js';
import { movedAlong } from '../milestones/milestone.rules.js';
import { Edition, type EditionDetails } from './edition.entity.js';
import { EditionRepository } from './edition.repository.js';

const dayMs = 24 * 3_600_000;
const daysBetween = (from: string, to: string): number => (startOfChineseDay(to).getTime() - startOfChineseDay(from).getTime()) / dayMs;

export interface CloneCommand {
  readonly sourceId: string;
  /** What the new edition has of its own; its length and the distances of its milestones come from the source. */
  readonly details: Pick<EditionDetails, 'ordinal' | 'code' | 'startsOn'> & Partial<Pick<EditionDetails, 'title' | 'theme' | 'venues'>>;
  readonly id?: string;
  readonly isDemo?: boolean;
}

@Injectable()
export class CloneEdition {
  constructor(
    private readonly editions: EditionRepository,
    private readonly milestones: MilestoneRepository,
  ) {}

  async execute({ sourceId, details, id, isDemo }: CloneCommand, tx: Tx): Promise<string> {
    // The names come first, as when an edition is changed: in the other order the two would wait for each other.
    await this.editions.claimNames(tx, details);
    await this.editions.hold(tx, sourceId);
    const source = await this.editions.in(tx).get(sourceId);
    const shift = daysBetween(source.startsOn, details.startsOn);

    const { title, theme, venues } = source;
    const clone = Edition.plan(
      { title, theme, venues, ...details, endsOn: daysAfter(source.endsOn, shift) },
      { ...(id !== undefined && { id }), ...(isDemo !== undefined && { isDemo }) },
    );
    await this.editions.in(tx).insert(clone);
    for (const milestone of await this.milestones.ofEdition(tx, sourceId)) {
      const { kind } = milestone;
      await this.milestones.in(tx).insert(Milestone.set({ editionId: clone.id, kind, at: movedAlong(milestone, shift, clone.startsOn) }));
    }
    return clone.id;
  }
}
