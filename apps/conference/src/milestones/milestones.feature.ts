import { defineFeature } from '@ciep/platform';
import { ManagedMilestonesController } from './managed-milestones.controller.js';
import { Milestone } from './milestone.entity.js';
import { MilestoneQueries } from './milestone.queries.js';
import { MilestoneRepository } from './milestone.repository.js';
import { MilestonesController } from './milestones.controller.js';
import { MoveMilestone } from './move-milestone.use-case.js';
import { SetMilestone } from './set-milestone.use-case.js';

export const milestones = defineFeature({
  controllers: [ManagedMilestonesController, MilestonesController],
  providers: [MilestoneQueries, MilestoneRepository, MoveMilestone, SetMilestone],
  entities: [Milestone],
});
