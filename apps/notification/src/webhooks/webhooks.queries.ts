import { NotFound } from '@ciep/kernel';
import { Database, Lists, select, where, type Page, type Reader } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { Owner } from './webhook-audience.rules.js';
import { WebhookDto, type WebhookListQuery } from './webhooks.dto.js';

const columns = select('w', WebhookDto);

const ownedBy = ({ organisationId, audience, regionCode }: Owner) =>
  where().equal('w.organisation_id', organisationId).equal('w.audience', audience).add('w.region_code IS NOT DISTINCT FROM ?', regionCode);

@Injectable()
export class WebhookQueries {
  constructor(
    private readonly database: Database,
    private readonly lists: Lists,
  ) {}

  list(owner: Owner, query: WebhookListQuery): Promise<Page<WebhookDto>> {
    return this.lists.page<WebhookDto, WebhookListQuery>(
      {
        select: columns,
        from: 'webhooks w',
        where: ownedBy(owner).any('w.status', query.status),
        sorts: { updatedAt: 'w.updated_at', createdAt: 'w.created_at' },
        defaultSort: '-updatedAt',
        id: 'w.id',
        updatedAt: 'w.updated_at',
      },
      query,
    );
  }

  async get(id: string, owner: Owner, reader: Reader = this.database): Promise<WebhookDto> {
    const mine = ownedBy(owner).equal('w.id', id);
    const [row] = await reader.query<WebhookDto[]>(`SELECT ${columns} FROM webhooks w ${mine.sql()}`, mine.values);
    if (!row) throw new NotFound('webhook', id);
    return row;
  }
}
