import { Answers, Can } from '@ciep/platform';
import { Controller, Get } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { toldFacts } from './webhook-events.rules.js';
import { EventTypesDto } from './webhooks.dto.js';

@Controller('webhook-event-types')
export class WebhookEventTypesController {
  @ApiOperation({ summary: 'Types of events that webhooks can be told of' })
  @Get()
  @Can('webhook:read')
  @Answers(EventTypesDto)
  list(): EventTypesDto {
    return { items: toldFacts.map(({ type, meaning }) => ({ type, meaning })) };
  }
}
