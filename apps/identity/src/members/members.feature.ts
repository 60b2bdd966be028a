import { defineFeature } from '@ciep/platform';
import { ChangeMemberRoles } from './change-member-roles.use-case.js';
import { MembersController } from './members.controller.js';
import { MemberQueries } from './members.queries.js';
import { RemoveMember } from './remove-member.use-case.js';
import { Roster } from './roster.queries.js';

export const members = defineFeature({
  controllers: [MembersController],
  providers: [ChangeMemberRoles, MemberQueries, RemoveMember, Roster],
});
