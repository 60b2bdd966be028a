import { defineFeature } from '@ciep/platform';
import { AdministratorQueries } from './administrators.queries.js';
import { ForgetUnverifiedRegistrations } from './forget-unverified-registrations.job.js';
import { InviteAdministrator } from './invite-administrator.use-case.js';
import { LinkConfirmation } from './link-confirmation.service.js';
import { LinkVisits } from './link-visits.service.js';
import { LinkTerms } from './link-terms.service.js';
import { Links } from './links.service.js';
import { RegisterOrganisation } from './register-organisation.use-case.js';
import { RegistrationLimit } from './registration-limit.service.js';
import { RegistrationPages } from './registration-pages.service.js';
import { Registration } from './registration.entity.js';
import { RegistrationRepository } from './registration.repository.js';
import { RegistrationsController } from './registrations.controller.js';
import { RegistrationQueries } from './registrations.queries.js';
import { ResendLink } from './resend-link.use-case.js';
import { VerificationsController } from './verifications.controller.js';
import { VerifyRegistration } from './verify-registration.use-case.js';

export const registrations = defineFeature({
  controllers: [RegistrationsController, VerificationsController],
  jobs: [ForgetUnverifiedRegistrations],
  providers: [
    AdministratorQueries,
    InviteAdministrator,
    LinkConfirmation,
    LinkTerms,
    LinkVisits,
    Links,
    RegisterOrganisation,
    RegistrationLimit,
    RegistrationPages,
    RegistrationQueries,
    RegistrationRepository,
    ResendLink,
    VerifyRegistration,
  ],
  entities: [Registration],
});
