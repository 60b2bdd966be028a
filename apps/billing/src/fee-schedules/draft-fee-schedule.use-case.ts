import { type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { FeeSchedule, type FeeScheduleContent } from './fee-schedule.entity.js';
import { FeeScheduleRepository } from './fee-schedule.repository.js';

@Injectable()
export class DraftFeeSchedule {
  constructor(private readonly schedules: FeeScheduleRepository) {}

  async execute({ editionId, content }: { editionId: string; content: FeeScheduleContent }, tx: Tx): Promise<string> {
    const schedule = FeeSchedule.draft(editionId, content);
    await this.schedules.in(tx).insert(schedule);
    return schedule.id;
  }
}
