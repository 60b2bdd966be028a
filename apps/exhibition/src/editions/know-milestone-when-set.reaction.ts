import { milestoneSet, type MilestoneSet } from '@ciep/contracts';
import { keepCopy, ReactsTo, type ReactionContext } from '@ciep/platform';
import { Controller } from '@nestjs/common';

@Controller()
export class KnowMilestoneWhenSet {
  @ReactsTo(milestoneSet)
  async on({ milestoneId, editionId, kind, at }: MilestoneSet, { tx, event }: ReactionContext): Promise<void> {
    await keepCopy(tx, 'known_milestones', { id: milestoneId }, { edition_id: editionId, kind, at }, event.aggregateversion);
  }
}
