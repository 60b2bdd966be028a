import { daysAfter, isInstant, startOfChineseDay } from '@ciep/kernel';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Milestone } from '../milestones/milestone.entity.js';
import { MilestoneRepository } from '../milestones/milestone.repository.js';
import { movedAlong } from '../milestones/milestone.rules.js';
import { Edition, type EditionDetails } from './edition.entity.js';
import { DatesOutOfRange } from './edition.errors.js';
import { EditionRepository } from './edition.repository.js';

const dayMs = 24 * 3_600_000;
const daysBetween = (from: string, to: string): number => (startOfChineseDay(to).getTime() - startOfChineseDay(from).getTime()) / dayMs;

/** The fields of the new edition itself; its length and the distances of its milestones come from the source. */
export type OwnDetails = Pick<EditionDetails, 'ordinal' | 'code' | 'startsOn'> &
  Partial<Pick<EditionDetails, 'title' | 'theme' | 'venues'>>;

@Injectable()
export class CloneEdition {
  constructor(
    private readonly editions: EditionRepository,
    private readonly milestones: MilestoneRepository,
  ) {}

  async execute(
    { sourceId, details, id, isDemo }: { sourceId: string; details: OwnDetails; id?: string; isDemo?: boolean },
    tx: Tx,
  ): Promise<string> {
    // Locks names first, as a change of an edition does; the other order could deadlock.
    await this.editions.claimNames(tx, details);
    // Locks the source although nothing in it changes, so that its milestones stay as they are copied.
    const source = await this.editions.in(tx).update(sourceId, edition => edition);
    const shift = daysBetween(source.startsOn, details.startsOn);

    const { title, theme, venues } = source;
    const clone = Edition.plan(
      { title, theme, venues, ...details, endsOn: daysAfter(source.endsOn, shift) },
      { ...(id !== undefined && { id }), ...(isDemo !== undefined && { isDemo }) },
    );
    await this.editions.in(tx).insert(clone);
    for (const milestone of await this.milestones.ofEdition(tx, sourceId)) {
      const { kind } = milestone;
      const at = movedAlong(milestone, shift, clone.startsOn);
      if (!isInstant(at)) throw new DatesOutOfRange();
      await this.milestones.in(tx).insert(Milestone.set({ editionId: clone.id, kind, at }));
    }
    return clone.id;
  }
}
