import { defineService } from '@ciep/platform';
import { Module } from '@nestjs/common';
import { CreateEditionsAndMilestones1700000000100 } from './database/migrations/1700000000100-create-editions-and-milestones.js';
import { seedConference } from './database/seed.js';
import { ChangeEdition } from './editions/change-edition.use-case.js';
import { CloneEdition } from './editions/clone-edition.use-case.js';
import { CreateEdition } from './editions/create-edition.use-case.js';
import { Edition } from './editions/edition.entity.js';
import { EditionQueries } from './editions/edition.queries.js';
import { EditionRepository } from './editions/edition.repository.js';
import { EditionsController } from './editions/editions.controller.js';
import { ManagedEditionsController } from './editions/managed-editions.controller.js';
import { PublishEdition } from './editions/publish-edition.use-case.js';
import { ManagedMilestonesController } from './milestones/managed-milestones.controller.js';
import { Milestone } from './milestones/milestone.entity.js';
import { MilestoneQueries } from './milestones/milestone.queries.js';
import { MilestoneRepository } from './milestones/milestone.repository.js';
import { MilestonesController } from './milestones/milestones.controller.js';
import { MoveMilestone } from './milestones/move-milestone.use-case.js';
import { SetMilestone } from './milestones/set-milestone.use-case.js';

@Module({
  controllers: [EditionsController, ManagedEditionsController, MilestonesController, ManagedMilestonesController],
  providers: [
    EditionRepository,
    EditionQueries,
    CreateEdition,
    ChangeEdition,
    PublishEdition,
    CloneEdition,
    MilestoneRepository,
    MilestoneQueries,
    SetMilestone,
    MoveMilestone,
  ],
})
export class ConferenceModule {}

/** Editions and their dates. */
export const conference = defineService({
  name: 'conference',
  module: ConferenceModule,
  entities: [Edition, Milestone],
  migrations: [CreateEditionsAndMilestones1700000000100],
  seed: seedConference,
});
