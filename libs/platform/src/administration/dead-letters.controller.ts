import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Database } from '../database/database.js';
import { Lists, type Page } from '../http/lists.js';
import { About, Answers, AnswersNothing, AnswersPage, Can, Tx, Writes } from '../http/route.js';
import { select } from '../http/select.js';
import { InboxWorker } from '../messaging/inbox-worker.js';
import { sharedParameters } from '../openapi/shared-components.js';
import { DeadLetterDto, DeadLetterListQuery, ReplayDeadLettersDto, ReplayedDeadLettersDto, SkipDeadLetterDto } from './dead-letters.dto.js';
import { conditionsOf, DeadLetters, deadLettersSql } from './dead-letters.js';

const OneDeadLetter = () => ApiParam(sharedParameters.DeadLettersId);

/** Events that a reaction or the bus has refused for the last time; an operator reads, replays or skips them. */
@About('Events that could not be dealt with: read, replay, skip 失败事件：查看、重新处理、跳过')
@ApiTags('dead letters')
@Controller('dead-letters')
export class DeadLettersController {
  private readonly deadLetters: DeadLetters;

  constructor(
    private readonly lists: Lists,
    database: Database,
    { inbox }: InboxWorker,
  ) {
    this.deadLetters = new DeadLetters(database, inbox);
  }

  @ApiOperation({
    operationId: 'list{Service}DeadLetters',
    summary: 'Events that a reaction or the bus refused, and why 处理失败的事件及其原因',
  })
  @Get()
  @Can('dead_letter:read')
  @AnswersPage(DeadLetterDto)
  list(@Query() query: DeadLetterListQuery): Promise<Page<DeadLetterDto>> {
    return this.lists.page<DeadLetterDto, DeadLetterListQuery>(
      {
        select: select('dead_letters', DeadLetterDto),
        from: deadLettersSql,
        where: conditionsOf(query),
        sorts: { since: 'since' },
        defaultSort: 'since',
        id: 'id',
      },
      query,
    );
  }

  @ApiOperation({
    operationId: 'replay{Service}DeadLetter',
    summary: 'Replay a dead letter: run its reaction or send it again 重新处理一个失败的事件',
  })
  @OneDeadLetter()
  @Post(':id/replay')
  @Can('dead_letter:write')
  @Writes()
  @AnswersNothing()
  async replay(@Param('id') id: string, @Tx() tx: Tx): Promise<void> {
    await this.deadLetters.replay(tx, id);
  }

  @ApiOperation({
    operationId: 'replay{Service}DeadLetters',
    summary:
      'Replay all dead letters, or those of a direction, a type, a reaction or a topic 重新处理失败的事件，可按方向、类型、处理环节或主题筛选',
  })
  @Post('replay')
  @Can('dead_letter:write')
  @Writes()
  @Answers(ReplayedDeadLettersDto)
  replayAll(@Body() { limit, ...filter }: ReplayDeadLettersDto, @Tx() tx: Tx): Promise<ReplayedDeadLettersDto> {
    return this.deadLetters.replayAll(tx, filter, limit);
  }

  @ApiOperation({
    operationId: 'skip{Service}DeadLetter',
    summary: 'Skip a dead letter, with a reason; an outgoing one is never published then 跳过一个失败的事件，须说明理由',
  })
  @OneDeadLetter()
  @Post(':id/skip')
  @Can('dead_letter:write')
  @Writes()
  @AnswersNothing()
  async skip(@Param('id') id: string, @Body() { reason }: SkipDeadLetterDto, @Tx() tx: Tx): Promise<void> {
    await this.deadLetters.skip(tx, id, reason);
  }
}
