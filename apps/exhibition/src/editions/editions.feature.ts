import { defineFeature } from '@ciep/platform';
import { CloneVenue } from './clone-venue.use-case.js';
import { KnowEditionWhenChanged } from './know-edition-when-changed.reaction.js';
import { KnowMilestoneWhenSet } from './know-milestone-when-set.reaction.js';
import { KnownEditions } from './known-editions.queries.js';
import { VenueController } from './venue.controller.js';

export const editions = defineFeature({
  controllers: [VenueController],
  reactions: [KnowEditionWhenChanged, KnowMilestoneWhenSet],
  providers: [CloneVenue, KnownEditions],
});
