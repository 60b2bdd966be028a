import { describe, expect, it } from '@jest/globals';
import { milestoneSet } from '@ciep/contracts';
import { Aggregate, newId } from '@ciep/kernel';
import { Milestone } from './milestone.entity.js';

describe(Milestone, () => {
  it('publishes its date when set and when moved', () => {
    const editionId = newId();
    const milestone = Milestone.set({ editionId, kind: 'exhibition_application_deadline', at: new Date('2023-03-25T00:00:00+08:00') });
    const event = (at: string) => milestoneSet({ milestoneId: milestone.id, editionId, kind: 'exhibition_application_deadline', at });
    expect(Aggregate.takeEvents(milestone)).toEqual([event('2023-03-24T16:00:00.000Z')]);

    milestone.move(new Date('2023-04-01T00:00:00+08:00'));
    expect(milestone.at).toEqual(new Date('2023-03-31T16:00:00Z'));
    expect(Aggregate.takeEvents(milestone)).toEqual([event('2023-03-31T16:00:00.000Z')]);
  });
});
