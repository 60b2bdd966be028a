import { feeSchedulePublished, type FeeSchedulePublished } from '@ciep/contracts';
import { keepCopy, ReactsTo, type ReactionContext } from '@ciep/platform';
import { Controller } from '@nestjs/common';

@Controller()
export class KnowFeeScheduleWhenPublished {
  @ReactsTo(feeSchedulePublished)
  async on(schedule: FeeSchedulePublished, { tx, event }: ReactionContext): Promise<void> {
    await keepCopy(
      tx,
      'known_fee_schedules',
      { id: schedule.feeScheduleId },
      {
        edition_id: schedule.editionId,
        in_force_from: schedule.inForceFrom,
        currency: schedule.currency,
        tax_basis_points: schedule.taxBasisPoints,
        lines: JSON.stringify(schedule.lines),
      },
      event.aggregateversion,
    );
  }
}
