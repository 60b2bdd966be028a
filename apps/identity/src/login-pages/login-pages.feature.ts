import { defineFeature } from '@ciep/platform';
import { InteractionPages } from './interaction-pages.service.js';
import { Interactions } from './interactions.service.js';
import { LinkAgainPages } from './link-again-pages.service.js';
import { OrganisationPages } from './organisation-pages.service.js';
import { PageCookies } from './page-cookies.service.js';
import { RefusalPages } from './refusal-pages.service.js';
import { SecondStepPages } from './second-step-pages.service.js';

export const loginPages = defineFeature({
  providers: [InteractionPages, Interactions, LinkAgainPages, OrganisationPages, PageCookies, RefusalPages, SecondStepPages],
});
