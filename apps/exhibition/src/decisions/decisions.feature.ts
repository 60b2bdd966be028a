import { defineFeature } from '@ciep/platform';
import { ApplicationNote } from './application-note.entity.js';
import { ApplicationNoteQueries } from './application-note.queries.js';
import { ApplicationNoteRepository } from './application-note.repository.js';
import { OrganizerDecisionsController } from './organizer-decisions.controller.js';
import { RejectApplication } from './reject-application.use-case.js';
import { ReturnApplication } from './return-application.use-case.js';
import { WriteNote } from './write-note.use-case.js';

export const decisions = defineFeature({
  controllers: [OrganizerDecisionsController],
  providers: [ApplicationNoteQueries, ApplicationNoteRepository, RejectApplication, ReturnApplication, WriteNote],
  entities: [ApplicationNote],
});
