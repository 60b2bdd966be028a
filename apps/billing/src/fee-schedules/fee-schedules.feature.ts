import { defineFeature } from '@ciep/platform';
import { DraftFeeSchedule } from './draft-fee-schedule.use-case.js';
import { FeeSchedule } from './fee-schedule.entity.js';
import { FeeScheduleQueries } from './fee-schedule.queries.js';
import { FeeScheduleRepository } from './fee-schedule.repository.js';
import { FeeSchedulesController } from './fee-schedules.controller.js';
import { FeesInForceController } from './fees-in-force.controller.js';
import { PublishFeeSchedule } from './publish-fee-schedule.use-case.js';
import { ReviseFeeSchedule } from './revise-fee-schedule.use-case.js';

export const feeSchedules = defineFeature({
  controllers: [FeeSchedulesController, FeesInForceController],
  providers: [DraftFeeSchedule, FeeScheduleQueries, FeeScheduleRepository, PublishFeeSchedule, ReviseFeeSchedule],
  entities: [FeeSchedule],
});
