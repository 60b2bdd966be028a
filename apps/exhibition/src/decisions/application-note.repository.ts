import { AggregateRepository, Database } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { ApplicationNote } from './application-note.entity.js';

@Injectable()
export class ApplicationNoteRepository extends AggregateRepository<ApplicationNote> {
  constructor(database: Database) {
    super(database, ApplicationNote, ['text']);
  }
}
