import { IntersectionType } from '@nestjs/swagger';
import { Instant, Int, Json, OneOf, Text } from '../http/fields.js';
import { listQuery } from '../http/lists.js';
import type { CloudEvent } from '../messaging/message-bus.js';

/** Whether a dead letter was for a reaction of this service, or for the bus. */
const directions = ['incoming', 'outgoing'] as const;
export type Direction = (typeof directions)[number];

export class DeadLetterDto {
  @Text({ max: 24, description: '`in-` or `out-` and the number of the row' })
  id!: string;

  @OneOf(directions, { description: '`incoming`: a reaction failed on it; `outgoing`: the bus refused it' })
  direction!: Direction;

  @Text({ max: 200, nullable: true, description: 'the reaction that failed, `?` for an unknown type; null for an outgoing one' })
  reaction!: string | null;

  @Text({ max: 200, nullable: true, description: 'the topic it is for; null for an incoming one' })
  topic!: string | null;

  @Text({ max: 200, description: 'type of the event' })
  type!: string;

  @Text({ max: 100, description: 'aggregate id; later events of it wait' })
  key!: string;

  @Json({ description: 'the event, a CloudEvent' })
  event!: CloudEvent;

  @Int({ description: 'how often it was tried' })
  tries!: number;

  @Text({ max: 2_000, lines: true, nullable: true, description: 'why it failed last' })
  lastError!: string | null;

  @Instant({ description: 'when an incoming one was received, and when an outgoing one was dead-lettered' })
  since!: Instant;
}

export class DeadLetterFilterDto {
  @OneOf(directions, { optional: true, description: 'only this direction; both if left out' })
  direction?: Direction;

  @Text({ max: 200, optional: true, description: 'only this type' })
  type?: string;

  @Text({ max: 200, optional: true, description: 'only this reaction, and so only incoming ones' })
  reaction?: string;

  @Text({ max: 200, optional: true, description: 'only for this topic, and so only outgoing ones' })
  topic?: string;
}

export class DeadLetterListQuery extends IntersectionType(listQuery(['since'], { synchronised: false }), DeadLetterFilterDto) {}

export class ReplayDeadLettersDto extends DeadLetterFilterDto {
  @Int({
    min: 1,
    max: 1_000,
    optional: true,
    description: 'at most so many, incoming ones first, of each the oldest first; 1000 if left out',
  })
  limit?: number;
}

export class ReplayedDeadLettersDto {
  @Int({ description: 'how many are replayed' })
  replayed!: number;

  @Int({ description: 'how many of those asked for are still dead letters; repeat until there are none, or none is replayed' })
  remaining!: number;
}

export class SkipDeadLetterDto {
  @Text({ max: 1_000, lines: true, description: 'why it may be skipped; stored with the row' })
  reason!: string;
}
