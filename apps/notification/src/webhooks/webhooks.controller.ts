import { Actor, Answers, AnswersNothing, AnswersPage, Can, Id, IfMatch, Tx, Writes, type Page, type Principal } from '@ciep/platform';
import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { ChangeWebhook } from './change-webhook.use-case.js';
import { CreateWebhook } from './create-webhook.use-case.js';
import { DeleteWebhook } from './delete-webhook.use-case.js';
import { ownerOf } from './webhook-audience.rules.js';
import { ChangeWebhookDto, CreateWebhookDto, WebhookDto, WebhookListQuery, WebhookWithSecretDto } from './webhooks.dto.js';
import { WebhookQueries } from './webhooks.queries.js';

@Controller('webhooks')
export class WebhooksController {
  constructor(
    private readonly queries: WebhookQueries,
    private readonly createWebhook: CreateWebhook,
    private readonly changeWebhook: ChangeWebhook,
    private readonly deleteWebhook: DeleteWebhook,
  ) {}

  @ApiOperation({ summary: 'Set up an endpoint; its signing secret is in this one answer' })
  @Post()
  @Can('webhook:write')
  @Writes({ key: 'required', secretFields: ['secret'] })
  @Answers(WebhookWithSecretDto, 201)
  async create(@Body() body: CreateWebhookDto, @Actor() principal: Principal, @Tx() tx: Tx): Promise<WebhookWithSecretDto> {
    const owner = ownerOf(principal);
    const { id, secret } = await this.createWebhook.execute(
      { owner, url: body.url, description: body.description ?? '', eventTypes: body.eventTypes },
      tx,
    );
    return { ...(await this.queries.get(id, owner, tx)), secret };
  }

  @ApiOperation({ summary: 'Your endpoints' })
  @Get()
  @Can('webhook:read')
  @AnswersPage(WebhookDto)
  list(@Query() query: WebhookListQuery, @Actor() principal: Principal): Promise<Page<WebhookDto>> {
    return this.queries.list(ownerOf(principal), query);
  }

  @ApiOperation({ summary: 'One endpoint' })
  @Get(':id')
  @Can('webhook:read')
  @Answers(WebhookDto)
  read(@Id() id: string, @Actor() principal: Principal): Promise<WebhookDto> {
    return this.queries.get(id, ownerOf(principal));
  }

  @ApiOperation({ summary: 'Change address, description or event types of an endpoint' })
  @Patch(':id')
  @Can('webhook:write')
  @Writes()
  @Answers(WebhookDto)
  async change(
    @Id() id: string,
    @IfMatch() version: number,
    @Body() body: ChangeWebhookDto,
    @Actor() principal: Principal,
    @Tx() tx: Tx,
  ): Promise<WebhookDto> {
    const owner = ownerOf(principal);
    await this.changeWebhook.execute({ id, owner, version, ...body }, tx);
    return this.queries.get(id, owner, tx);
  }

  @ApiOperation({ summary: 'Remove an endpoint' })
  @Delete(':id')
  @Can('webhook:write')
  @Writes()
  @AnswersNothing()
  delete(@Id() id: string, @IfMatch() version: number, @Actor() principal: Principal, @Tx() tx: Tx): Promise<void> {
    return this.deleteWebhook.execute({ id, owner: ownerOf(principal), version }, tx);
  }
}
