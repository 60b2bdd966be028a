import { defineFeature } from '@ciep/platform';
import { AnswerLinkRequests } from './answer-link-requests.job.js';
import { LinkRequests } from './link-requests.service.js';

export const linkRequests = defineFeature({ jobs: [AnswerLinkRequests], providers: [LinkRequests] });
