import { portalEvents } from '@ciep/contracts';
import { About, Answers, Can } from '@ciep/platform';
import { Controller, Get } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { EventTypesDto } from './webhooks.dto.js';

@About('Types of events that endpoints may subscribe to 事件类型：可订阅的事件')
@Controller('webhook-event-types')
export class WebhookEventTypesController {
  @ApiOperation({ operationId: 'listWebhookEventTypes', summary: 'Types of events that webhooks can subscribe to 可订阅的事件类型' })
  @Get()
  @Can('webhook:read')
  @Answers(EventTypesDto)
  list(): EventTypesDto {
    return { items: portalEvents.map(({ type, meaning }) => ({ type, meaning })) };
  }
}
