import { defineFeature } from '@ciep/platform';
import { EndorseApplication } from './endorse-application.use-case.js';
import { OrganizerQuotasController } from './organizer-quotas.controller.js';
import { OverrideEndorsement } from './override-endorsement.use-case.js';
import { PartnerEndorsementsController } from './partner-endorsements.controller.js';
import { quotaInvariants } from './quota-invariants.queries.js';
import { RegionQuota } from './region-quota.entity.js';
import { RegionQuotaQueries } from './region-quota.queries.js';
import { RegionQuotaRepository } from './region-quota.repository.js';
import { SetPlaces } from './set-places.use-case.js';
import { WithdrawEndorsement } from './withdraw-endorsement.use-case.js';

export const endorsements = defineFeature({
  controllers: [OrganizerQuotasController, PartnerEndorsementsController],
  providers: [EndorseApplication, OverrideEndorsement, RegionQuotaQueries, RegionQuotaRepository, SetPlaces, WithdrawEndorsement],
  entities: [RegionQuota],
  invariants: quotaInvariants,
});
