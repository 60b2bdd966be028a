import { defineService } from '@ciep/platform';
import { CreateEditionsAndMilestones1700000000100 } from './database/migrations/1700000000100-create-editions-and-milestones.js';
import { seedConference } from './database/seed.js';
import { editions } from './editions/editions.feature.js';
import { milestones } from './milestones/milestones.feature.js';

/** Editions and their dates. */
export const conference = defineService({
  name: 'conference',
  features: [editions, milestones],
  migrations: [CreateEditionsAndMilestones1700000000100],
  seed: seedConference,
});
