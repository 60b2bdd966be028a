import { Clock } from '@ciep/kernel';
import type { Scope, Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { ApplicationRepository } from '../applications/application.repository.js';
import { ApplicationNote } from './application-note.entity.js';
import { ApplicationNoteRepository } from './application-note.repository.js';

@Injectable()
export class WriteNote {
  constructor(
    private readonly notes: ApplicationNoteRepository,
    private readonly applications: ApplicationRepository,
    private readonly clock: Clock,
  ) {}

  async execute(
    { applicationId, scope, authorId, text }: { applicationId: string; scope: Scope; authorId: string; text: string },
    tx: Tx,
  ): Promise<string> {
    await this.applications.in(tx).get(applicationId, scope);
    const note = ApplicationNote.write(applicationId, authorId, text, this.clock.now());
    await this.notes.in(tx).insert(note);
    return note.id;
  }
}
