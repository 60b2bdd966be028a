import { About, Answers, AnswersPage, Can, Id, Share, Tx, Writes, type Page } from '@ciep/platform';
import { Controller, Get, Post, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import type { Owner } from '../webhooks/webhook-audience.rules.js';
import { WebhookOwners } from '../webhooks/webhook-owner.service.js';
import { WebhookQueries } from '../webhooks/webhooks.queries.js';
import { DeliveryDto, DeliveryListQuery, DeliveryWithAttemptsDto } from './deliveries.dto.js';
import { DeliveryQueries } from './deliveries.queries.js';
import { PingWebhook } from './ping-webhook.use-case.js';
import { Redeliver } from './redeliver.use-case.js';

@About('What was sent to an endpoint and how it answered; pings and repetitions 推送记录：推送内容与应答，测试与重发')
@Controller('webhooks/:id')
export class DeliveriesController {
  constructor(
    private readonly webhooks: WebhookQueries,
    private readonly deliveries: DeliveryQueries,
    private readonly pingWebhook: PingWebhook,
    private readonly redeliver: Redeliver,
  ) {}

  @ApiOperation({ operationId: 'pingWebhook', summary: 'Send a test event to the endpoint 发送测试事件' })
  @Post('ping')
  @Can('webhook:write')
  @Writes()
  @Answers(DeliveryWithAttemptsDto)
  async ping(@Id() id: string, @Share(WebhookOwners) owner: Owner, @Tx() tx: Tx): Promise<DeliveryWithAttemptsDto> {
    const deliveryId = await this.pingWebhook.execute({ id, owner }, tx);
    return this.deliveries.get(deliveryId, id, tx);
  }

  @ApiOperation({ operationId: 'listDeliveries', summary: 'What was sent to the endpoint, and with what success 推送记录列表' })
  @Get('deliveries')
  @Can('webhook:read')
  @AnswersPage(DeliveryDto)
  async list(@Id() id: string, @Query() query: DeliveryListQuery, @Share(WebhookOwners) owner: Owner): Promise<Page<DeliveryDto>> {
    await this.webhooks.get(id, owner);
    return this.deliveries.list(id, query);
  }

  @ApiOperation({ operationId: 'getDelivery', summary: 'One delivery with all its attempts 一条推送记录及每次尝试' })
  @Get('deliveries/:deliveryId')
  @Can('webhook:read')
  @Answers(DeliveryWithAttemptsDto)
  async read(@Id() id: string, @Id('deliveryId') deliveryId: string, @Share(WebhookOwners) owner: Owner): Promise<DeliveryWithAttemptsDto> {
    await this.webhooks.get(id, owner);
    return this.deliveries.get(deliveryId, id);
  }

  @ApiOperation({ operationId: 'repeatDelivery', summary: 'Send a delivery again 重新推送' })
  @Post('deliveries/:deliveryId/redeliver')
  @Can('webhook:write')
  @Writes()
  @Answers(DeliveryWithAttemptsDto)
  async again(
    @Id() id: string,
    @Id('deliveryId') deliveryId: string,
    @Share(WebhookOwners) owner: Owner,
    @Tx() tx: Tx,
  ): Promise<DeliveryWithAttemptsDto> {
    await this.redeliver.execute({ id, deliveryId, owner }, tx);
    return this.deliveries.get(deliveryId, id, tx);
  }
}
