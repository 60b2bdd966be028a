import { defineFeature } from '@ciep/platform';
import { IssueWaiver } from './issue-waiver.use-case.js';
import { RevokeWaiver } from './revoke-waiver.use-case.js';
import { Waiver } from './waiver.entity.js';
import { WaiverQueries } from './waiver.queries.js';
import { WaiverRepository } from './waiver.repository.js';
import { WaiversController } from './waivers.controller.js';

export const waivers = defineFeature({
  controllers: [WaiversController],
  providers: [IssueWaiver, RevokeWaiver, WaiverQueries, WaiverRepository],
  entities: [Waiver],
});
