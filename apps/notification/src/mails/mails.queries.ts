import { NotFound } from '@ciep/kernel';
import { Database, Lists, select, where, type Page, type Reader } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { MailDto, type MailListQuery } from './mails.dto.js';

const columns = select('m', MailDto, { dueAt: `CASE WHEN m.status = 'waiting' THEN m.due_at END` });

@Injectable()
export class MailQueries {
  constructor(
    private readonly database: Database,
    private readonly lists: Lists,
  ) {}

  list(query: MailListQuery): Promise<Page<MailDto>> {
    return this.lists.page<MailDto, MailListQuery>(
      {
        select: columns,
        from: 'mails m',
        where: where().any('m.status', query.status).any('m.template', query.template).equal('m.recipient_key', query.recipientKey),
        sorts: { updatedAt: 'm.updated_at', createdAt: 'm.created_at' },
        defaultSort: '-updatedAt',
        id: 'm.id',
        updatedAt: 'm.updated_at',
      },
      query,
    );
  }

  async get(id: string, reader: Reader = this.database): Promise<MailDto> {
    const [row] = await reader.query<MailDto[]>(`SELECT ${columns} FROM mails m WHERE m.id = $1`, [id]);
    if (!row) throw new NotFound('mail', id);
    return row;
  }
}
