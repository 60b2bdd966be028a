import { NotFound } from '@ciep/kernel';
import { Database, type Principal, type Reader } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { ApplicationQueries } from '../applications/application.queries.js';
import type { ApplicationNoteDto } from './decision.dto.js';

const columns = `id, application_id AS "applicationId", author_id AS "authorId", text, written_at AS "writtenAt"`;

@Injectable()
export class ApplicationNoteQueries {
  constructor(
    private readonly database: Database,
    private readonly applications: ApplicationQueries,
  ) {}

  /** The notes about an application that the caller may see, oldest first. Throws `NotFound`. */
  async of(applicationId: string, principal: Principal): Promise<ApplicationNoteDto[]> {
    await this.applications.one(applicationId, principal);
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
