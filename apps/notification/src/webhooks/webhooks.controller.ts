import { About, Answers, AnswersNothing, AnswersPage, Can, Id, IfMatch, Share, Tx, Writes, type Page } from '@ciep/platform';
import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { ChangeWebhook } from './change-webhook.use-case.js';
import { CreateWebhook } from './create-webhook.use-case.js';
import { DeleteWebhook } from './delete-webhook.use-case.js';
import type { Owner } from './webhook-audience.rules.js';
import { WebhookOwners } from './webhook-owner.service.js';
import { ChangeWebhookDto, CreateWebhookDto, WebhookDto, WebhookListQuery, WebhookWithSecretDto } from './webhooks.dto.js';
import { WebhookQueries } from './webhooks.queries.js';

@About('Endpoints of portals that receive signed events 推送地址：接收签名事件的门户地址')
@Controller('webhooks')
export class WebhooksController {
  constructor(
    private readonly queries: WebhookQueries,
    private readonly createWebhook: CreateWebhook,
    private readonly changeWebhook: ChangeWebhook,
    private readonly deleteWebhook: DeleteWebhook,
  ) {}

  @ApiOperation({
    operationId: 'createWebhook',
    summary: 'Set up an endpoint; its signing secret is in this one answer 新建推送地址，签名密钥只返回这一次',
  })
  @Post()
  @Can('webhook:write')
  @Writes({ key: 'required', secretFields: ['secret'] })
  @Answers(WebhookWithSecretDto, 201)
  async create(@Body() body: CreateWebhookDto, @Share(WebhookOwners) owner: Owner, @Tx() tx: Tx): Promise<WebhookWithSecretDto> {
    const { id, secret } = await this.createWebhook.execute(
      { owner, url: body.url, description: body.description ?? '', eventTypes: body.eventTypes },
      tx,
    );
    return { ...(await this.queries.get(id, owner, tx)), secret };
  }

  @ApiOperation({ operationId: 'listWebhooks', summary: 'Your endpoints 推送地址列表' })
  @Get()
  @Can('webhook:read')
  @AnswersPage(WebhookDto)
  list(@Query() query: WebhookListQuery, @Share(WebhookOwners) owner: Owner): Promise<Page<WebhookDto>> {
    return this.queries.list(owner, query);
  }

  @ApiOperation({ operationId: 'getWebhook', summary: 'One endpoint 一个推送地址' })
  @Get(':id')
  @Can('webhook:read')
  @Answers(WebhookDto)
  read(@Id() id: string, @Share(WebhookOwners) owner: Owner): Promise<WebhookDto> {
    return this.queries.get(id, owner);
  }

  @ApiOperation({ operationId: 'changeWebhook', summary: 'Change address, description or event types of an endpoint 修改推送地址' })
  @Patch(':id')
  @Can('webhook:write')
  @Writes()
  @Answers(WebhookDto)
  async change(
    @Id() id: string,
    @IfMatch() version: number,
    @Body() body: ChangeWebhookDto,
    @Share(WebhookOwners) owner: Owner,
    @Tx() tx: Tx,
  ): Promise<WebhookDto> {
    await this.changeWebhook.execute({ id, owner, version, ...body }, tx);
    return this.queries.get(id, owner, tx);
  }

  @ApiOperation({ operationId: 'deleteWebhook', summary: 'Remove an endpoint 删除推送地址' })
  @Delete(':id')
  @Can('webhook:write')
  @Writes()
  @AnswersNothing()
  delete(@Id() id: string, @IfMatch() version: number, @Share(WebhookOwners) owner: Owner, @Tx() tx: Tx): Promise<void> {
    return this.deleteWebhook.execute({ id, owner, version }, tx);
  }
}
