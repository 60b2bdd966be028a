import { DomainError, NotFound, type LocalizedText } from '@ciep/kernel';
import type { Permission } from '@ciep/contracts';
import { Controller, Get, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Principal } from '../context/principal.js';
import { Database, type Reader } from '../database/database.js';
import { Instant, Int, Json, Nested, OneOf, Text, Uuid } from '../http/fields.js';
import { About, Actor, Answers, Authenticated, Id, Tx, Writes } from '../http/route.js';
import { watchedStates, type WatchedState } from '../jobs/watched-job.js';

class ProgressDto {
  @Int({ description: 'units of work done' })
  done!: number;

  @Int({ nullable: true, description: 'units of work in all; null until known' })
  total!: number | null;
}

export class JobDto {
  @Uuid({ description: 'id of the job' })
  id!: string;

  @Text({ max: 60, description: 'kind of work' })
  kind!: string;

  @OneOf(watchedStates, { description: 'state; `done`, `failed` and `cancelled` are final' })
  status!: WatchedState;

  @Nested(() => ProgressDto, { description: 'progress' })
  progress!: ProgressDto;

  @Json({ nullable: true, description: 'result so far; its fields depend on the kind' })
  result!: Record<string, unknown> | null;

  @Json({ nullable: true, description: 'reason of a failure: `code`, `detail` in both languages, and details of that code' })
  problem!: { code: string; detail: LocalizedText } | null;

  @Instant({ description: 'time of the request' })
  createdAt!: Instant;

  @Instant({ nullable: true, description: 'time of the end' })
  endedAt!: Instant | null;
}

class JobOver extends DomainError {
  constructor(id: string, status: WatchedState) {
    super('conflict', 'job.over', { zh: '任务已结束。', en: 'The job has ended.' }, { id, status });
  }
}

/** A job, for callers with its permission. Throws `NotFound`, also for all others. */
export async function watchedJob(id: string, principal: Principal, reader: Reader): Promise<JobDto> {
  const [row] = await reader.query<(JobDto & { permission: Permission })[]>(
    `SELECT id, kind, permission, status, jsonb_build_object('done', done, 'total', total) AS progress, result, problem,
            created_at AS "createdAt", ended_at AS "endedAt" FROM jobs WHERE id = $1`,
    [id],
  );
  if (!row || !principal.may(row.permission)) throw new NotFound('job', id);
  const { permission: _, ...job } = row;
  return job;
}

/** Reads and cancels watched jobs. A feature with a watched job lists it among its controllers. */
@About('Progress and results of long work in the background 后台任务：耗时工作的进度和结果')
@ApiTags('jobs')
@Authenticated()
@Controller('jobs')
export class JobsController {
  constructor(private readonly database: Database) {}

  @ApiOperation({ operationId: 'get{Service}Job', summary: 'A job: its state, progress and result 任务状态' })
  @Get(':id')
  @Answers(JobDto)
  one(@Id() id: string, @Actor() principal: Principal): Promise<JobDto> {
    return watchedJob(id, principal, this.database);
  }

  @ApiOperation({ operationId: 'cancel{Service}Job', summary: 'Cancel a job; finished steps stay 取消任务' })
  @Post(':id/cancel')
  @Writes()
  @Answers(JobDto)
  async cancel(@Id() id: string, @Actor() principal: Principal, @Tx() tx: Tx): Promise<JobDto> {
    await tx.query('SELECT 1 FROM jobs WHERE id = $1 FOR NO KEY UPDATE', [id]);
    const { status } = await watchedJob(id, principal, tx);
    if (status === 'cancelled') return watchedJob(id, principal, tx);
    if (status === 'done' || status === 'failed') throw new JobOver(id, status);
    await tx.query(`UPDATE jobs SET status = 'cancelled', file = NULL, ended_at = clock_timestamp(), version = version + 1 WHERE id = $1`, [
      id,
    ]);
    return watchedJob(id, principal, tx);
  }
}
