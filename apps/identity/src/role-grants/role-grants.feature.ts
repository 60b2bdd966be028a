import { defineFeature } from '@ciep/platform';
import { AccessExplanations } from './access-explanations.queries.js';
import { AccessController } from './access.controller.js';
import { AppointPartnerUnit } from './appoint-partner-unit.use-case.js';
import { Appointments } from './appointments.service.js';
import { ApproveRoleGrant } from './approve-role-grant.use-case.js';
import { CarryOutRoleGrants } from './carry-out-role-grants.job.js';
import { GrantRole } from './grant-role.use-case.js';
import { Granters } from './granters.service.js';
import { PartnerUnitsController } from './partner-units.controller.js';
import { RefuseRoleGrant } from './refuse-role-grant.use-case.js';
import { RevokeRoleGrant } from './revoke-role-grant.use-case.js';
import { RoleChanges } from './role-changes.service.js';
import { RoleGrant } from './role-grant.entity.js';
import { RoleGrantRepository } from './role-grant.repository.js';
import { RoleGrantsController } from './role-grants.controller.js';
import { RoleGrantQueries } from './role-grants.queries.js';

export const roleGrants = defineFeature({
  controllers: [AccessController, PartnerUnitsController, RoleGrantsController],
  jobs: [CarryOutRoleGrants],
  providers: [
    AccessExplanations,
    AppointPartnerUnit,
    Appointments,
    ApproveRoleGrant,
    GrantRole,
    Granters,
    RefuseRoleGrant,
    RevokeRoleGrant,
    RoleChanges,
    RoleGrantQueries,
    RoleGrantRepository,
  ],
  entities: [RoleGrant],
});
