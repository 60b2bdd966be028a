import { defineFeature } from '@ciep/platform';
import { EventFeedController } from './event-feed.controller.js';
import { EventFeed } from './event-feed.service.js';
import { FeedQueries } from './feed.queries.js';
import { ForgetOldEvents } from './forget-old-events.job.js';

export const feed = defineFeature({
  controllers: [EventFeedController],
  jobs: [ForgetOldEvents],
  providers: [EventFeed, FeedQueries],
});
