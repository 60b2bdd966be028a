import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Database } from '../database/database.js';
import { Lists, type Page } from '../http/lists.js';
import { AnswersNothing, AnswersPage, Can, Tx, Writes } from '../http/route.js';
import { where } from '../http/where.js';
import { InboxWorker } from './inbox-worker.js';
import { numberOf, ParkedFactDto, ParkedFactListQuery, RowNumber, SkipFactDto } from './parked-facts.dto.js';
import { auditParked, refuseUnparked } from './parked.js';

/** Facts that could not be dealt with: an operator looks, replays, or leaves one out. */
@ApiTags('parked facts')
@Controller('parked-facts')
export class ParkedFactsController {
  constructor(
    private readonly worker: InboxWorker,
    private readonly lists: Lists,
    private readonly database: Database,
  ) {}

  @ApiOperation({ summary: 'Facts that could not be dealt with, and why' })
  @Get()
  @Can('parked_fact:read')
  @AnswersPage(ParkedFactDto)
  list(@Query() query: ParkedFactListQuery): Promise<Page<ParkedFactDto>> {
    return this.lists.page<ParkedFactDto>(
      {
        select: 'id::text AS id, reaction, type, key, event, tries, last_error AS "lastError", received_at AS "receivedAt"',
        from: 'inbox',
        where: where().add(`status = 'parked'`).equal('type', query.type).equal('reaction', query.reaction),
        sorts: { receivedAt: 'id' },
        defaultSort: 'receivedAt',
        id: 'id',
      },
      query,
    );
  }

  @ApiOperation({ summary: 'Deal with a parked fact again' })
  @RowNumber()
  @Post(':id/replay')
  @Can('parked_fact:write')
  @Writes()
  @AnswersNothing()
  async replay(@Param('id') id: string, @Tx() tx: Tx): Promise<void> {
    const eventId = await this.worker.inbox.replay(tx, numberOf(id));
    if (eventId === undefined) return refuseUnparked(tx, 'inbox', id);
    await auditParked(this.database, tx, 'inbox', { eventId, became: 'waiting' });
  }

  @ApiOperation({ summary: 'Leave a parked fact out, with a reason' })
  @RowNumber()
  @Post(':id/skip')
  @Can('parked_fact:write')
  @Writes()
  @AnswersNothing()
  async skip(@Param('id') id: string, @Body() { reason }: SkipFactDto, @Tx() tx: Tx): Promise<void> {
    const eventId = await this.worker.inbox.skip(tx, numberOf(id), reason);
    if (eventId === undefined) return refuseUnparked(tx, 'inbox', id);
    await auditParked(this.database, tx, 'inbox', { eventId, became: 'skipped', reason });
  }
}
