import { defineFeature } from '@ciep/platform';
import { deadlineInvariants } from './deadline-invariants.queries.js';
import { EndGrace } from './end-grace.job.js';
import { MarkOverdue } from './mark-overdue.job.js';
import { RemindBeforeDue } from './remind-before-due.job.js';

export const deadlines = defineFeature({
  jobs: [MarkOverdue, EndGrace, RemindBeforeDue],
  invariants: deadlineInvariants,
});
