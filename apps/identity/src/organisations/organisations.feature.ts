import { defineFeature, labelController } from '@ciep/platform';
import { ChangeProfile } from './change-profile.use-case.js';
import { ContactsController } from './contacts.controller.js';
import { Organisation } from './organisation.entity.js';
import { OrganisationRepository } from './organisation.repository.js';
import { OrganisationsController } from './organisations.controller.js';
import { OrganisationQueries } from './organisations.queries.js';

export const organisations = defineFeature({
  controllers: [labelController('organisation', OrganisationQueries), ContactsController, OrganisationsController],
  providers: [ChangeProfile, OrganisationQueries, OrganisationRepository],
  entities: [Organisation],
});
