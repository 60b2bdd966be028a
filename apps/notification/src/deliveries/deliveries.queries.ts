import { NotFound } from '@ciep/kernel';
import { Database, Lists, where, type Page, type Reader } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { DeliveryAttemptDto, DeliveryDto, DeliveryListQuery, DeliveryWithAttemptsDto } from './deliveries.dto.js';

const columns = `d.id, d.event_id AS "eventId", d.event_type AS "eventType", d.subject, d.kind, d.status, d.attempts,
  CASE WHEN d.status = 'waiting' THEN d.due_at END AS "dueAt", last.response_status AS "responseStatus", last.latency_ms AS "latencyMs",
  last.failure, d.delivered_at AS "deliveredAt", d.created_at AS "createdAt", d.updated_at AS "updatedAt"`;
const from = `deliveries d LEFT JOIN LATERAL
  (SELECT a.response_status, a.latency_ms, a.failure FROM delivery_attempts a WHERE a.delivery_id = d.id ORDER BY a.at DESC, a.id DESC LIMIT 1) last ON true`;

/** The delivery log of an endpoint; the caller has proven that the endpoint is its own. */
@Injectable()
export class DeliveryQueries {
  constructor(
    private readonly database: Database,
    private readonly lists: Lists,
  ) {}

  list(webhookId: string, query: DeliveryListQuery): Promise<Page<DeliveryDto>> {
    return this.lists.page<DeliveryDto>(
      {
        select: columns,
        from,
        where: where()
          .equal('d.webhook_id', webhookId)
          .any('d.status', query.status)
          .any('d.event_type', query.eventType)
          .any('d.kind', query.kind)
          .equal('d.event_id', query.eventId),
        sorts: { createdAt: 'd.created_at', updatedAt: 'd.updated_at' },
        defaultSort: '-createdAt',
        id: 'd.id',
        updatedAt: 'd.updated_at',
      },
      query,
    );
  }

  async get(id: string, webhookId: string, reader: Reader = this.database): Promise<DeliveryWithAttemptsDto> {
    const [row] = await reader.query<DeliveryDto[]>(`SELECT ${columns} FROM ${from} WHERE d.id = $1 AND d.webhook_id = $2`, [
      id,
      webhookId,
    ]);
    if (!row) throw new NotFound('delivery', id);
    const attemptLog = await reader.query<DeliveryAttemptDto[]>(
      `SELECT at, response_status AS "responseStatus", latency_ms AS "latencyMs", failure FROM delivery_attempts WHERE delivery_id = $1 ORDER BY at DESC, id DESC LIMIT 100`,
      [id],
    );
    return { ...row, attemptLog };
  }
}
