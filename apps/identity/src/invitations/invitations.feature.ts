import { defineFeature } from '@ciep/platform';
import { AcceptInvitation } from './accept-invitation.use-case.js';
import { ExpireInvitations } from './expire-invitations.job.js';
import { ForgetInvitations } from './forget-invitations.job.js';
import { InvitationAnswersController } from './invitation-answers.controller.js';
import { InvitationByLink } from './invitation-by-link.service.js';
import { InvitationChecks } from './invitation-checks.service.js';
import { InvitationPages } from './invitation-pages.service.js';
import { InvitationTerms } from './invitation-terms.service.js';
import { Invitation } from './invitation.entity.js';
import { InvitationRepository } from './invitation.repository.js';
import { InvitationsController } from './invitations.controller.js';
import { InvitationQueries } from './invitations.queries.js';
import { InviteMembers } from './invite-members.use-case.js';
import { Newcomers } from './newcomers.service.js';
import { ResendInvitation } from './resend-invitation.use-case.js';
import { RevokeInvitation } from './revoke-invitation.use-case.js';

export const invitations = defineFeature({
  controllers: [InvitationAnswersController, InvitationsController],
  jobs: [ExpireInvitations, ForgetInvitations],
  providers: [
    AcceptInvitation,
    InvitationByLink,
    InvitationChecks,
    InvitationPages,
    InvitationQueries,
    InvitationRepository,
    InvitationTerms,
    InviteMembers,
    Newcomers,
    ResendInvitation,
    RevokeInvitation,
  ],
  entities: [Invitation],
});
