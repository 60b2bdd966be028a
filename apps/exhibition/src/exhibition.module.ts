import { defineService } from '@ciep/platform';
import { Module } from '@nestjs/common';
import { BlockBooth } from './booths/block-booth.use-case.js';
import { Booth } from './booths/booth.entity.js';
import { BoothQueries } from './booths/booth.queries.js';
import { BoothRepository } from './booths/booth.repository.js';
import { BoothsController } from './booths/booths.controller.js';
import { CreateBooths } from './booths/create-booths.use-case.js';
import { DeleteBooth } from './booths/delete-booth.use-case.js';
import { KnownFeeSchedules } from './booths/fee-schedules.queries.js';
import { KnowFeeScheduleWhenPublished } from './booths/know-fee-schedule-when-published.reaction.js';
import { OrganizerBoothsController } from './booths/organizer-booths.controller.js';
import { UnblockBooth } from './booths/unblock-booth.use-case.js';
import { UpdateBooth } from './booths/update-booth.use-case.js';
import { CreateVenue1700000000001 } from './database/migrations/1700000000001-create-venue.js';
import { CreateApplications1700000000002 } from './database/migrations/1700000000002-create-applications.js';
import { seedExhibition } from './database/seed.js';
import { CloneVenue } from './editions/clone-venue.use-case.js';
import { KnowEditionWhenChanged } from './editions/know-edition-when-changed.reaction.js';
import { KnowMilestoneWhenSet } from './editions/know-milestone-when-set.reaction.js';
import { KnownEditions } from './editions/known-editions.queries.js';
import { VenueController } from './editions/venue.controller.js';
import { ExhibitionConfig } from './exhibition.config.js';
import { AssignResponsibilities } from './nodes/assign-responsibilities.use-case.js';
import { CreateNode } from './nodes/create-node.use-case.js';
import { DeleteNode } from './nodes/delete-node.use-case.js';
import { MoveNode } from './nodes/move-node.use-case.js';
import { Node } from './nodes/node.entity.js';
import { NodeQueries } from './nodes/node.queries.js';
import { NodeRepository } from './nodes/node.repository.js';
import { NodesController } from './nodes/nodes.controller.js';
import { OrganizerNodesController } from './nodes/organizer-nodes.controller.js';
import { UpdateNode } from './nodes/update-node.use-case.js';

const venue = {
  controllers: [BoothsController, NodesController, OrganizerBoothsController, OrganizerNodesController, VenueController],
  reactions: [KnowEditionWhenChanged, KnowFeeScheduleWhenPublished, KnowMilestoneWhenSet],
  providers: [
    AssignResponsibilities,
    BlockBooth,
    BoothQueries,
    BoothRepository,
    CloneVenue,
    CreateBooths,
    CreateNode,
    DeleteBooth,
    DeleteNode,
    KnownEditions,
    KnownFeeSchedules,
    MoveNode,
    NodeQueries,
    NodeRepository,
    UnblockBooth,
    UpdateBooth,
    UpdateNode,
  ],
};

@Module({
  controllers: [...venue.controllers, ...venue.reactions],
  providers: [...venue.providers],
})
export class ExhibitionModule {}

/** Venue, booths and the way of an application from the draft to the confirmed booth. */
export const exhibition = defineService({
  name: 'exhibition',
  module: ExhibitionModule,
  entities: [Booth, Node],
  migrations: [CreateVenue1700000000001, CreateApplications1700000000002],
  config: ExhibitionConfig,
  seed: seedExhibition,
});
