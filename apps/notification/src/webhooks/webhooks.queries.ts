import { NotFound } from '@ciep/kernel';
import { Database, Lists, where, type Page, type Reader } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { Owner } from './webhook-audience.rules.js';
import type { WebhookDto, WebhookListQuery } from './webhooks.dto.js';

const columns = `w.id, w.version, w.url, w.description, w.event_types AS "eventTypes", w.audience, w.region_code AS "regionCode", w.status,
  w.disabled_by AS "disabledBy", w.previous_secret_until AS "previousSecretUntil", w.created_at AS "createdAt", w.updated_at AS "updatedAt"`;

const ownedBy = ({ organisationId, audience, regionCode }: Owner) =>
  where().equal('w.organisation_id', organisationId).equal('w.audience', audience).add('w.region_code IS NOT DISTINCT FROM ?', regionCode);

@Injectable()
export class WebhookQueries {
  constructor(
    private readonly database: Database,
    private readonly lists: Lists,
  ) {}

  list(owner: Owner, query: WebhookListQuery): Promise<Page<WebhookDto>> {
    return this.lists.page<WebhookDto>(
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
