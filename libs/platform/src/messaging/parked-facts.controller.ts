import { DomainError, NotFound } from '@ciep/kernel';
import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { HttpRefusal } from '../http/refusal.js';
import { Instant, Int, Json, Text } from '../http/fields.js';
import { ListQuery, Lists, type Page } from '../http/lists.js';
import { AnswersNothing, AnswersPage, Can, Tx, Writes } from '../http/route.js';
import { where } from '../http/where.js';
import { InboxWorker } from './inbox-worker.js';
import type { CloudEvent } from './message-bus.js';

/** The row is not parked (any more), or nobody here knows its type yet. */
class NotParked extends DomainError {
  constructor(id: string) {
    super(
      'conflict',
      'parked_fact.not_parked',
      { zh: '此事件未被搁置，或本版本仍不认识其类型。', en: 'This fact is not parked, or no reaction knows its type yet.' },
      { id },
    );
  }
}

export class ParkedFactDto {
  @Text({ max: 20, description: 'number of the row' })
  id!: string;

  @Text({ max: 200, description: 'the reaction that failed; `?` for a type nobody knows' })
  reaction!: string;

  @Text({ max: 200, description: 'type of the fact' })
  type!: string;

  @Text({ max: 100, description: 'aggregate id; later facts of it wait' })
  key!: string;

  @Json({ description: 'the fact, a CloudEvent' })
  event!: CloudEvent;

  @Int({ description: 'how often it was tried' })
  tries!: number;

  @Text({ max: 2_000, nullable: true, description: 'why it failed last' })
  lastError!: string | null;

  @Instant({ description: 'when it was received' })
  receivedAt!: Date;
}

export class SkipFactDto {
  @Text({ max: 1_000, description: 'why it may be left out; kept with the row' })
  reason!: string;
}

export class ParkedFactListQuery extends ListQuery {
  @Text({ max: 200, optional: true, description: 'only this type' })
  type?: string;

  @Text({ max: 200, optional: true, description: 'only this reaction' })
  reaction?: string;
}

const numberOf = (id: string): string => {
  if (/^\d{1,18}$/.test(id)) return id;
  throw new HttpRefusal({
    status: 400,
    code: 'id.malformed',
    text: { zh: '编号格式不正确。', en: 'The number in the address is not a number.' },
  });
};

/** Facts that could not be dealt with: an operator looks, replays, or leaves one out. */
@ApiTags('parked facts')
@Controller('parked-facts')
export class ParkedFactsController {
  constructor(
    private readonly worker: InboxWorker,
    private readonly lists: Lists,
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
  @ApiParam({ name: 'id', description: 'number of the row', schema: { type: 'string', pattern: '^\\d{1,18}$' } })
  @Post(':id/replay')
  @Can('parked_fact:write')
  @Writes()
  @AnswersNothing()
  async replay(@Param('id') id: string, @Tx() tx: Tx): Promise<void> {
    if (!(await this.worker.inbox.replay(tx, numberOf(id)))) await this.refuse(id, tx);
  }

  @ApiOperation({ summary: 'Leave a parked fact out, with a reason' })
  @ApiParam({ name: 'id', description: 'number of the row', schema: { type: 'string', pattern: '^\\d{1,18}$' } })
  @Post(':id/skip')
  @Can('parked_fact:write')
  @Writes()
  @AnswersNothing()
  async skip(@Param('id') id: string, @Body() body: SkipFactDto, @Tx() tx: Tx): Promise<void> {
    if (!(await this.worker.inbox.skip(tx, numberOf(id), body.reason))) await this.refuse(id, tx);
  }

  private async refuse(id: string, tx: Tx): Promise<never> {
    const [row] = await tx.query<unknown[]>('SELECT 1 FROM inbox WHERE id = $1', [id]);
    throw row === undefined ? new NotFound('parked_fact', id) : new NotParked(id);
  }
}
