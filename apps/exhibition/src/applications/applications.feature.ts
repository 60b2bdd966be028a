import { defineFeature, labelController } from '@ciep/platform';
import { OwnApplications, RegionalApplications, VisibleApplications } from './application-share.service.js';
import { Application } from './application.entity.js';
import { ApplicationQueries } from './application.queries.js';
import { ApplicationRepository } from './application.repository.js';
import { ApplicationsController } from './applications.controller.js';
import { DraftApplication } from './draft-application.use-case.js';
import { EditApplication } from './edit-application.use-case.js';
import { ExhibitorApplicationsController } from './exhibitor-applications.controller.js';
import { KnownOrganisations } from './known-organisations.queries.js';
import { RememberOrganisationWhenRegistered } from './remember-organisation-when-registered.reaction.js';
import { SubmissionChecks } from './submission-checks.service.js';
import { SubmitApplication } from './submit-application.use-case.js';
import { WithdrawApplication } from './withdraw-application.use-case.js';

export const applications = defineFeature({
  controllers: [labelController('application', ApplicationQueries), ApplicationsController, ExhibitorApplicationsController],
  reactions: [RememberOrganisationWhenRegistered],
  providers: [
    ApplicationQueries,
    ApplicationRepository,
    DraftApplication,
    EditApplication,
    KnownOrganisations,
    OwnApplications,
    RegionalApplications,
    SubmissionChecks,
    SubmitApplication,
    VisibleApplications,
    WithdrawApplication,
  ],
  entities: [Application],
});
