import { defineFeature } from '@ciep/platform';
import { BlockBooth } from './block-booth.use-case.js';
import { Booth } from './booth.entity.js';
import { BoothQueries } from './booth.queries.js';
import { BoothRepository } from './booth.repository.js';
import { BoothsController } from './booths.controller.js';
import { CreateBooths } from './create-booths.use-case.js';
import { DeleteBooth } from './delete-booth.use-case.js';
import { KnownFeeSchedules } from './fee-schedules.queries.js';
import { KnowFeeScheduleWhenPublished } from './know-fee-schedule-when-published.reaction.js';
import { OrganizerBoothsController } from './organizer-booths.controller.js';
import { UnblockBooth } from './unblock-booth.use-case.js';
import { UpdateBooth } from './update-booth.use-case.js';

export const booths = defineFeature({
  controllers: [BoothsController, OrganizerBoothsController],
  reactions: [KnowFeeScheduleWhenPublished],
  providers: [BlockBooth, BoothQueries, BoothRepository, CreateBooths, DeleteBooth, KnownFeeSchedules, UnblockBooth, UpdateBooth],
  entities: [Booth],
});
