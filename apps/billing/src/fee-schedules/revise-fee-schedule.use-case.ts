import { type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { FeeScheduleContent } from './fee-schedule.entity.js';
import { FeeScheduleRepository } from './fee-schedule.repository.js';

@Injectable()
export class ReviseFeeSchedule {
  constructor(private readonly schedules: FeeScheduleRepository) {}

  async execute({ id, version, content }: { id: string; version: number; content: FeeScheduleContent }, tx: Tx): Promise<void> {
    await this.schedules.in(tx).update(id, schedule => schedule.revise(content), { version });
  }
}
