import { About, Answers, Can, Share } from '@ciep/platform';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse } from '@nestjs/swagger';
import { readerOf, type Owner } from '../webhooks/webhook-audience.rules.js';
import { WebhookOwners } from '../webhooks/webhook-owner.service.js';
import { EventFeedDto, EventFeedQuery } from './feed.dto.js';
import { FeedQueries } from './feed.queries.js';

@About('Events to fetch, for those who cannot receive webhooks or missed some 事件流')
@Controller('events')
export class EventFeedController {
  constructor(private readonly queries: FeedQueries) {}

  @ApiOperation({
    operationId: 'listEvents',
    summary: 'What happened, in order 按顺序读取事件',
    description:
      'The events that concern your region or organisation; the organizer sees all. Read pages until `hasMore` is false, keep `nextCursor`, and ' +
      'ask again with it, after an empty page too. An event may come twice, with the same id. ' +
      '仅包含涉及本地区或本机构的事件，主办方可见全部。逐页读取直至 hasMore 为 false，保存 nextCursor 以便下次继续；同一事件可能以相同编号重复出现。',
  })
  @Get()
  @Can('event:read')
  @Answers(EventFeedDto)
  @ApiResponse({ status: 410 })
  read(@Query() query: EventFeedQuery, @Share(WebhookOwners) owner: Owner): Promise<EventFeedDto> {
    return this.queries.page(readerOf(owner), query);
  }
}
