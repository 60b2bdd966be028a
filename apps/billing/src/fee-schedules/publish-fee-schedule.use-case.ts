import { Clock } from '@ciep/kernel';
import { type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { FeeSchedulesStartTogether, FeeScheduleTakesEffectInThePast } from './fee-schedule.errors.js';
import { FeeScheduleRepository } from './fee-schedule.repository.js';

/**
 * A version starts now or later. It may start in the past only where no version was in force: that opens waiting invoices after prices were
 * forgotten, and cannot change a price afterwards (docs/rules.md#fee-schedule).
 */
@Injectable()
export class PublishFeeSchedule {
  constructor(
    private readonly schedules: FeeScheduleRepository,
    private readonly clock: Clock,
  ) {}

  async execute({ id, version, inForceFrom }: { id: string; version: number; inForceFrom?: Date | undefined }, tx: Tx): Promise<void> {
    const now = this.clock.now();
    const from = inForceFrom ?? now;
    const { editionId } = await this.schedules.in(tx).get(id);
    await this.schedules.lockEdition(tx, editionId);
    const then = await this.schedules.inForce(tx, editionId, from);
    if (then?.inForceFrom?.getTime() === from.getTime() && then.id !== id) throw new FeeSchedulesStartTogether(from, then.id);
    if (from < now && then && then.id !== id) throw new FeeScheduleTakesEffectInThePast(from, then.id);
    await this.schedules.in(tx).update(id, schedule => schedule.publish(from), { version });
  }
}
