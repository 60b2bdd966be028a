import { NotFound } from '@ciep/kernel';
import { Database, Lists, select, where, type Page, type Reader } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { DeliveryAttemptDto, DeliveryDto, type DeliveryListQuery, type DeliveryWithAttemptsDto } from './deliveries.dto.js';

const columns = select('d', DeliveryDto, {
  dueAt: `CASE WHEN d.status = 'waiting' THEN d.due_at END`,
  responseStatus: 'last.response_status',
  latencyMs: 'last.latency_ms',
  failure: 'last.failure',
});
const from = `deliveries d LEFT JOIN LATERAL
  (SELECT a.response_status, a.latency_ms, a.failure FROM delivery_attempts a WHERE a.delivery_id = d.id ORDER BY a.at DESC, a.id DESC LIMIT 1) last ON true`;

/** The delivery log of an endpoint; the caller must have checked that it owns the endpoint. */
@Injectable()
export class DeliveryQueries {
  constructor(
    private readonly database: Database,
    private readonly lists: Lists,
  ) {}

  list(webhookId: string, query: DeliveryListQuery): Promise<Page<DeliveryDto>> {
    return this.lists.page<DeliveryDto, DeliveryListQuery>(
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
      `SELECT ${select('a', DeliveryAttemptDto)} FROM delivery_attempts a WHERE a.delivery_id = $1 ORDER BY a.at DESC, a.id DESC LIMIT 100`,
      [id],
    );
    return { ...row, attemptLog };
  }
}
