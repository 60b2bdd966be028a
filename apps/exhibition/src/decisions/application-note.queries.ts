import { NotFound } from '@ciep/kernel';
import { Database, select, type Reader } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { ApplicationShare } from '../applications/application-share.service.js';
import { ApplicationQueries } from '../applications/application.queries.js';
import { ApplicationNoteDto } from './decision.dto.js';

const columns = select('application_notes', ApplicationNoteDto);

@Injectable()
export class ApplicationNoteQueries {
  constructor(
    private readonly database: Database,
    private readonly applications: ApplicationQueries,
  ) {}

  /** The notes about an application that the caller may see, oldest first. Throws `NotFound`. */
  async of(applicationId: string, share: ApplicationShare): Promise<ApplicationNoteDto[]> {
    await this.applications.one(applicationId, share);
    return this.database.query<ApplicationNoteDto[]>(`SELECT ${columns} FROM application_notes WHERE application_id = $1 ORDER BY id`, [
      applicationId,
    ]);
  }

  async one(id: string, reader: Reader): Promise<ApplicationNoteDto> {
    const [note] = await reader.query<ApplicationNoteDto[]>(`SELECT ${columns} FROM application_notes WHERE id = $1`, [id]);
    if (!note) throw new NotFound('application_note', id);
    return note;
  }
}
