import { normalMail, NotFound } from '@ciep/kernel';
import { Database, Lists, select, where, type Page } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { NotificationConfig } from '../notification.config.js';
import { DevelopmentMailDto, type DevelopmentMailListQuery } from './development-mails.dto.js';
import { OutsideDevelopment } from './mail.errors.js';

const columns = select('o', DevelopmentMailDto, { text: 'o.body' });

/** The outbox in development; elsewhere its routes answer 404. */
@Injectable()
export class DevelopmentMailQueries {
  constructor(
    private readonly database: Database,
    private readonly lists: Lists,
    private readonly config: NotificationConfig,
  ) {}

  list(query: DevelopmentMailListQuery): Promise<Page<DevelopmentMailDto>> {
    this.refuseElsewhere();
    return this.lists.page<DevelopmentMailDto, DevelopmentMailListQuery>(
      {
        select: columns,
        from: 'development_mails o',
        where: where()
          .equal('o.recipient', query.recipient && normalMail(query.recipient))
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
