import { About, Answers, Can, Id, Share, Tx, Writes } from '@ciep/platform';
import { Body, Controller, Post } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import type { Owner } from '../webhooks/webhook-audience.rules.js';
import { WebhookOwners } from '../webhooks/webhook-owner.service.js';
import { RedeliverEventsDto, RedeliveryDto } from './redeliveries.dto.js';
import { RedeliverEvents } from './redeliver-events.use-case.js';

@About('Events of a time sent again 按时间重新推送')
@Controller('webhooks/:id')
export class RedeliveriesController {
  constructor(private readonly redeliverEvents: RedeliverEvents) {}

  @ApiOperation({
    operationId: 'redeliverEvents',
    summary: 'Send what happened in a time again, with the same ids 按时间重新推送事件',
    description:
      'Also what happened before the endpoint was there. An event that is being sent is not sent a second time. ' +
      '也包括推送地址设置之前的事件；正在推送的事件不会重复推送。',
  })
  @Post('redeliver')
  @Can('webhook:write')
  @Writes({ key: 'required' })
  @Answers(RedeliveryDto, 202)
  async redeliver(
    @Id() id: string,
    @Body() { since, until, eventTypes, onlyFailed = false }: RedeliverEventsDto,
    @Share(WebhookOwners) owner: Owner,
    @Tx() tx: Tx,
  ): Promise<RedeliveryDto> {
    const asked = { since: new Date(since), until: until === undefined ? undefined : new Date(until), eventTypes, onlyFailed };
    const made = await this.redeliverEvents.execute({ id, owner, ...asked }, tx);
    return { since: made.since, until: made.until, eventTypes: made.eventTypes, onlyFailed, events: made.events };
  }
}
