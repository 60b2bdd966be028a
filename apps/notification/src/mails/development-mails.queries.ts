import { NotFound } from '@ciep/kernel';
import { Database, Lists, where, type Page } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { NotificationConfig } from '../notification.config.js';
import type { DevelopmentMailDto, DevelopmentMailListQuery } from './development-mails.dto.js';
import { OutsideDevelopment } from './mail.errors.js';

const columns = `o.id, o.mail_id AS "mailId", o.message_id AS "messageId", o.recipient, o.language, o.template, o.subject, o.body AS text, o.sent_at AS "sentAt"`;

/** The outbox of a development machine; elsewhere its routes answer as if they were not there. */
@Injectable()
export class DevelopmentMailQueries {
  constructor(
    private readonly database: Database,
    private readonly lists: Lists,
    private readonly config: NotificationConfig,
  ) {}

  list(query: DevelopmentMailListQuery): Promise<Page<DevelopmentMailDto>> {
    this.refuseElsewhere();
    return this.lists.page<DevelopmentMailDto>(
      {
        select: columns,
        from: 'development_mails o',
        where: where()
          .equal('o.recipient', query.recipient?.toLowerCase())
          .any('o.template', query.template)
          .any('o.language', query.language),
        sorts: { sentAt: 'o.sent_at', createdAt: 'o.created_at' },
        defaultSort: '-createdAt',
        id: 'o.id',
        updatedAt: 'o.updated_at',
      },
      query,
    );
  }

  async get(id: string): Promise<DevelopmentMailDto> {
    this.refuseElsewhere();
    const [row] = await this.database.query<DevelopmentMailDto[]>(`SELECT ${columns} FROM development_mails o WHERE o.id = $1`, [id]);
    if (!row) throw new NotFound('mail', id);
    return row;
  }

  private refuseElsewhere(): void {
    if (!this.config.isDevelopment) throw new OutsideDevelopment();
  }
}
