import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Instant, Json, Int, Text, Uuid } from '../http/fields.js';
import { listQuery, Lists, type Page } from '../http/lists.js';
import { About, AnswersPage, Can } from '../http/route.js';
import { select } from '../http/select.js';
import { where } from '../database/where.js';

export class AuditEntryDto {
  @Uuid({ description: 'id of the entry; ids follow the time' })
  id!: string;

  @Instant({ description: 'business instant of the change' })
  at!: Instant;

  @Text({ max: 20, description: '`user`, `client`, `service` or `system`' })
  actorKind!: string;

  @Text({ max: 200, nullable: true, description: 'account id or client id' })
  actorId!: string | null;

  @Text({ max: 200, nullable: true, description: 'the client through which the actor came' })
  clientId!: string | null;

  @Text({ max: 200, nullable: true, description: 'organisation of the actor' })
  organisationId!: string | null;

  @Text({ max: 200, description: 'permission of the route, or name of the reaction or job' })
  action!: string;

  @Text({ max: 100, description: 'kind of thing that was changed' })
  aggregateType!: string;

  @Uuid({ description: 'thing that was changed' })
  aggregateId!: string;

  @Int({ description: 'its version after the change' })
  aggregateVersion!: number;

  @Json({ description: 'changed columns with `before` and `after`; personal data only as `changed: true`' })
  changes!: Record<string, unknown>;

  @Text({ max: 200, nullable: true, description: 'request id, as in the logs' })
  requestId!: string | null;
}

export class AuditListQuery extends listQuery(['at'], { synchronised: false }) {
  @Uuid({ optional: true, description: 'only what happened to this thing' })
  aggregateId?: string;

  @Text({ max: 100, optional: true, description: 'only things of this kind' })
  aggregateType?: string;

  @Text({ max: 200, optional: true, description: 'only what this actor did' })
  actorId?: string;

  @Text({ max: 200, optional: true, description: 'only this action' })
  action?: string;

  @Instant({ optional: true, description: 'from this instant on' })
  from?: Instant;

  @Instant({ optional: true, description: 'before this instant' })
  to?: Instant;
}

@About('Who changed what, when and how 审计记录：谁在何时改了什么')
@ApiTags('audit')
@Controller('audit-entries')
export class AuditController {
  constructor(private readonly lists: Lists) {}

  @ApiOperation({
    operationId: 'list{Service}AuditEntries',
    summary: 'The audit trail: who changed what, when and how 审计记录：谁在何时改了什么',
  })
  @Get()
  @Can('audit:read')
  @AnswersPage(AuditEntryDto)
  list(@Query() query: AuditListQuery): Promise<Page<AuditEntryDto>> {
    return this.lists.page<AuditEntryDto, AuditListQuery>(
      {
        select: select('audit_entries', AuditEntryDto),
        from: 'audit_entries',
        where: where()
          .equal('aggregate_id', query.aggregateId)
          .equal('aggregate_type', query.aggregateType)
          .equal('actor_id', query.actorId)
          .equal('action', query.action)
          .add('at >= ?', query.from)
          .add('at < ?', query.to),
        // Ids are UUIDv7, so their order is that of time.
        sorts: { at: 'id' },
        defaultSort: '-at',
        id: 'id',
      },
      query,
    );
  }
}
