import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Database } from '../database/database.js';
import { Lists, type Page } from '../http/lists.js';
import { Answers, AnswersNothing, AnswersPage, Can, Tx, Writes } from '../http/route.js';
import { where } from '../http/where.js';
import { InboxWorker } from './inbox-worker.js';
import {
  numberOf,
  ParkedFactDto,
  ParkedFactListQuery,
  ReplayedFactsDto,
  ReplayFactsDto,
  RowNumber,
  SkipFactDto,
} from './parked-facts.dto.js';
import { auditParked, countParked, mostAtOnce, refuseUnparked } from './parked.js';

const meant = ({ type, reaction }: Pick<ParkedFactListQuery, 'type' | 'reaction'>) =>
  where().equal('type', type).equal('reaction', reaction);

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
        where: meant(query).add(`status = 'parked'`),
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
    const eventIds = await this.worker.inbox.replay(tx, where().equal('id', numberOf(id)), 1);
    if (eventIds.length === 0) return refuseUnparked(tx, 'inbox', id);
    await auditParked(this.database, tx, 'inbox', { eventIds, became: 'waiting' });
  }

  @ApiOperation({ summary: 'Deal with all parked facts again, or with those of a type or a reaction' })
  @Post('replay')
  @Can('parked_fact:write')
  @Writes()
  @Answers(ReplayedFactsDto)
  async replayAll(@Body() { limit = mostAtOnce, ...which }: ReplayFactsDto, @Tx() tx: Tx): Promise<ReplayedFactsDto> {
    const eventIds = await this.worker.inbox.replay(tx, meant(which), limit);
    await auditParked(this.database, tx, 'inbox', { eventIds, became: 'waiting' });
    return { replayed: eventIds.length, parked: await countParked(tx, 'inbox', meant(which).add(`status = 'parked'`)) };
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
    await auditParked(this.database, tx, 'inbox', { eventIds: [eventId], became: 'skipped', reason });
  }
}
