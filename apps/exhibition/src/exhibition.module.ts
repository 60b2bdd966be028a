import { defineService } from '@ciep/platform';
import { agreements } from './agreements/agreements.feature.js';
import { allocations } from './allocations/allocations.feature.js';
import { applications } from './applications/applications.feature.js';
import { booths } from './booths/booths.feature.js';
import { CreateVenue1700000000001 } from './database/migrations/1700000000001-create-venue.js';
import { CreateApplications1700000000002 } from './database/migrations/1700000000002-create-applications.js';
import { NameOrganisations1700000000003 } from './database/migrations/1700000000003-name-organisations.js';
import { SearchNamesInNormalForm1700000000004 } from './database/migrations/1700000000004-search-names-in-normal-form.js';
import { seedExhibition } from './database/seed.js';
import { decisions } from './decisions/decisions.feature.js';
import { editions } from './editions/editions.feature.js';
import { endorsements } from './endorsements/endorsements.feature.js';
import { ExhibitionConfig } from './exhibition.config.js';
import { nodes } from './nodes/nodes.feature.js';
import { reference } from './reference/reference.feature.js';
import { uploads } from './uploads/uploads.feature.js';
import { waivers } from './waivers/waivers.feature.js';

/** Venue, booths, and applications from the draft to the confirmed booth. */
export const exhibition = defineService({
  name: 'exhibition',
  features: [agreements, allocations, applications, booths, decisions, editions, endorsements, nodes, reference, uploads, waivers],
  migrations: [
    CreateVenue1700000000001,
    CreateApplications1700000000002,
    NameOrganisations1700000000003,
    SearchNamesInNormalForm1700000000004,
  ],
  config: ExhibitionConfig,
  seed: seedExhibition,
});
