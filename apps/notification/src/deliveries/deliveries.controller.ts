import { Actor, Answers, AnswersPage, Can, Id, Tx, Writes, type Page, type Principal } from '@ciep/platform';
import { Controller, Get, Post, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { ownerOf } from '../webhooks/webhook-audience.rules.js';
import { WebhookQueries } from '../webhooks/webhooks.queries.js';
import { DeliveryDto, DeliveryListQuery, DeliveryWithAttemptsDto } from './deliveries.dto.js';
import { DeliveryQueries } from './deliveries.queries.js';
import { PingWebhook } from './ping-webhook.use-case.js';
import { Redeliver } from './redeliver.use-case.js';

@Controller('webhooks/:id')
export class DeliveriesController {
  constructor(
    private readonly webhooks: WebhookQueries,
    private readonly deliveries: DeliveryQueries,
    private readonly pingWebhook: PingWebhook,
    private readonly redeliver: Redeliver,
  ) {}

  @ApiOperation({ summary: 'Send a test event to the endpoint' })
  @Post('ping')
  @Can('webhook:write')
  @Writes()
  @Answers(DeliveryWithAttemptsDto)
  async ping(@Id() id: string, @Actor() principal: Principal, @Tx() tx: Tx): Promise<DeliveryWithAttemptsDto> {
    const deliveryId = await this.pingWebhook.execute({ id, owner: ownerOf(principal) }, tx);
    return this.deliveries.get(deliveryId, id, tx);
  }

  @ApiOperation({ summary: 'What was sent to the endpoint, and with what success' })
  @Get('deliveries')
  @Can('webhook:read')
  @AnswersPage(DeliveryDto)
  async list(@Id() id: string, @Query() query: DeliveryListQuery, @Actor() principal: Principal): Promise<Page<DeliveryDto>> {
    await this.webhooks.get(id, ownerOf(principal));
    return this.deliveries.list(id, query);
  }

  @ApiOperation({ summary: 'One delivery with all its attempts' })
  @Get('deliveries/:deliveryId')
  @Can('webhook:read')
  @Answers(DeliveryWithAttemptsDto)
  async read(@Id() id: string, @Id('deliveryId') deliveryId: string, @Actor() principal: Principal): Promise<DeliveryWithAttemptsDto> {
    await this.webhooks.get(id, ownerOf(principal));
    return this.deliveries.get(deliveryId, id);
  }

  @ApiOperation({ summary: 'Send a delivery again' })
  @Post('deliveries/:deliveryId/redeliver')
  @Can('webhook:write')
  @Writes()
  @Answers(DeliveryWithAttemptsDto)
  async again(
    @Id() id: string,
    @Id('deliveryId') deliveryId: string,
    @Actor() principal: Principal,
    @Tx() tx: Tx,
  ): Promise<DeliveryWithAttemptsDto> {
    await this.redeliver.execute({ id, deliveryId, owner: ownerOf(principal) }, tx);
    return this.deliveries.get(deliveryId, id, tx);
  }
}
