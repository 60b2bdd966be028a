import { Answers, Can } from '@ciep/platform';
import { Controller, Get } from '@nestjs/common';
import { toldFacts } from './webhook-events.rules.js';
import { EventTypesDto } from './webhooks.dto.js';

@Controller('webhook-event-types')
export class WebhookEventTypesController {
  @Get()
  @Can('webhook:read')
  @Answers(EventTypesDto)
  list(): EventTypesDto {
    return { items: toldFacts.map(({ type, meaning }) => ({ type, meaning })) };
  }
}
