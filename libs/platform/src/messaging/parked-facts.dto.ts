import { ApiParam } from '@nestjs/swagger';
import { Instant, Int, Json, Text } from '../http/fields.js';
import { ListQuery } from '../http/lists.js';
import { HttpRefusal } from '../http/refusal.js';
import type { CloudEvent } from './message-bus.js';

/** Describes the number of a row in the address. */
export const RowNumber = () =>
  ApiParam({ name: 'id', description: 'number of the row', schema: { type: 'string', pattern: '^\\d{1,18}$' } });

/** The number of a row in the address; throws 400 `id.malformed`. */
export const numberOf = (id: string): string => {
  if (/^\d{1,18}$/.test(id)) return id;
  throw new HttpRefusal({
    status: 400,
    code: 'id.malformed',
    text: { zh: '编号格式不正确。', en: 'The number in the address is not a number.' },
  });
};

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

  @Text({ max: 2_000, lines: true, nullable: true, description: 'why it failed last' })
  lastError!: string | null;

  @Instant({ description: 'when it was received' })
  receivedAt!: Date;
}

export class ParkedOutgoingFactDto {
  @Text({ max: 20, description: 'number of the row' })
  id!: string;

  @Text({ max: 200, description: 'the topic it is for' })
  topic!: string;

  @Text({ max: 200, description: 'type of the fact' })
  type!: string;

  @Text({ max: 100, description: 'aggregate id; later facts of it wait' })
  key!: string;

  @Json({ description: 'the fact, a CloudEvent' })
  event!: CloudEvent;

  @Text({ max: 2_000, lines: true, nullable: true, description: 'why the bus refused it' })
  lastError!: string | null;

  @Instant({ description: 'when it was parked' })
  parkedAt!: Date;
}

export class SkipFactDto {
  @Text({ max: 1_000, lines: true, description: 'why it may be left out; kept with the row' })
  reason!: string;
}

const atMost = { min: 1, max: 1_000, optional: true, description: 'at most so many, the oldest first; 1000 if left out' } as const;

export class ReplayFactsDto {
  @Text({ max: 200, optional: true, description: 'only this type' })
  type?: string;

  @Text({ max: 200, optional: true, description: 'only this reaction' })
  reaction?: string;

  @Int(atMost)
  limit?: number;
}

export class ReplayOutgoingFactsDto {
  @Text({ max: 200, optional: true, description: 'only this type' })
  type?: string;

  @Text({ max: 200, optional: true, description: 'only for this topic' })
  topic?: string;

  @Int(atMost)
  limit?: number;
}

export class ReplayedFactsDto {
  @Int({ description: 'how many were put back to work' })
  replayed!: number;

  @Int({ description: 'how many of those that were meant are still parked; ask again until there are none, or no more are put back' })
  parked!: number;
}

export class ParkedFactListQuery extends ListQuery {
  @Text({ max: 200, optional: true, description: 'only this type' })
  type?: string;

  @Text({ max: 200, optional: true, description: 'only this reaction' })
  reaction?: string;
}

export class ParkedOutgoingFactListQuery extends ListQuery {
  @Text({ max: 200, optional: true, description: 'only this type' })
  type?: string;

  @Text({ max: 200, optional: true, description: 'only for this topic' })
  topic?: string;
}
