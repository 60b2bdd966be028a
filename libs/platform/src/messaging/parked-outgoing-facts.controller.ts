import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Database } from '../database/database.js';
import { Lists, type Page } from '../http/lists.js';
import { Answers, AnswersNothing, AnswersPage, Can, Tx, Writes } from '../http/route.js';
import { where, type Where } from '../http/where.js';
import {
  numberOf,
  ParkedOutgoingFactDto,
  ParkedOutgoingFactListQuery,
  ReplayedFactsDto,
  ReplayOutgoingFactsDto,
  RowNumber,
  SkipFactDto,
} from './parked-facts.dto.js';
import { auditParked, countParked, mostAtOnce, refuseUnparked } from './parked.js';

const parked = ({ type, topic }: Pick<ParkedOutgoingFactListQuery, 'type' | 'topic'>): Where =>
  where().add('parked_at IS NOT NULL AND skipped_at IS NULL').equal('type', type).equal('topic', topic);

/** Facts of this service that the bus refused for their own sake: an operator looks, has them sent again, or leaves one out. */
@ApiTags('parked facts')
@Controller('parked-outgoing-facts')
export class ParkedOutgoingFactsController {
  constructor(
    private readonly lists: Lists,
    private readonly database: Database,
  ) {}

  @ApiOperation({ summary: 'Facts of this service that the bus refused, and why' })
  @Get()
  @Can('parked_fact:read')
  @AnswersPage(ParkedOutgoingFactDto)
  list(@Query() query: ParkedOutgoingFactListQuery): Promise<Page<ParkedOutgoingFactDto>> {
    return this.lists.page<ParkedOutgoingFactDto>(
      {
        select: 'id::text AS id, topic, type, key, event, last_error AS "lastError", parked_at AS "parkedAt"',
        from: 'outbox',
        where: parked(query),
        sorts: { parkedAt: 'id' },
        defaultSort: 'parkedAt',
        id: 'id',
      },
      query,
    );
  }

  @ApiOperation({ summary: 'Send a fact that the bus refused again' })
  @RowNumber()
  @Post(':id/replay')
  @Can('parked_fact:write')
  @Writes()
  @AnswersNothing()
  async replay(@Param('id') id: string, @Tx() tx: Tx): Promise<void> {
    const replayed = await this.sendAgain(tx, parked({}).equal('id', numberOf(id)), 1);
    if (replayed === 0) return refuseUnparked(tx, 'outbox', id);
  }

  @ApiOperation({ summary: 'Send all facts that the bus refused again, or those of a type or a topic' })
  @Post('replay')
  @Can('parked_fact:write')
  @Writes()
  @Answers(ReplayedFactsDto)
  async replayAll(@Body() { limit = mostAtOnce, ...which }: ReplayOutgoingFactsDto, @Tx() tx: Tx): Promise<ReplayedFactsDto> {
    const replayed = await this.sendAgain(tx, parked(which), limit);
    return { replayed, parked: await countParked(tx, 'outbox', parked(which)) };
  }

  @ApiOperation({ summary: 'Leave a fact that the bus refused out, with a reason: nobody will ever hear of it' })
  @RowNumber()
  @Post(':id/skip')
  @Can('parked_fact:write')
  @Writes()
  @AnswersNothing()
  async skip(@Param('id') id: string, @Body() { reason }: SkipFactDto, @Tx() tx: Tx): Promise<void> {
    const [[row]] = await tx.query<[{ event_id: string }[], number]>(
      `UPDATE outbox SET skipped_at = clock_timestamp(), skipped_reason = $2, retry_at = NULL
        WHERE id = $1 AND parked_at IS NOT NULL AND skipped_at IS NULL RETURNING event_id`,
      [numberOf(id), reason],
    );
    if (!row) return refuseUnparked(tx, 'outbox', id);
    await auditParked(this.database, tx, 'outbox', { eventIds: [row.event_id], became: 'skipped', reason });
    Database.markTold(tx);
  }

  private async sendAgain(tx: Tx, which: Where, limit: number): Promise<number> {
    const [rows] = await tx.query<[{ event_id: string }[], number]>(
      `UPDATE outbox SET parked_at = NULL, retry_at = NULL, attempts = 0
        WHERE id IN (SELECT id FROM outbox ${which.sql()} ORDER BY id LIMIT $${which.values.length + 1} FOR UPDATE) RETURNING event_id`,
      [...which.values, limit],
    );
    await auditParked(this.database, tx, 'outbox', { eventIds: rows.map(({ event_id }) => event_id), became: 'waiting' });
    if (rows.length > 0) Database.markTold(tx);
    return rows.length;
  }
}
