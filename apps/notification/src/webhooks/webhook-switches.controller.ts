import { Actor, Answers, Can, Id, IfMatch, Tx, Writes, type Principal } from '@ciep/platform';
import { Controller, Post } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { DisableWebhook } from './disable-webhook.use-case.js';
import { EnableWebhook } from './enable-webhook.use-case.js';
import { RotateWebhookSecret } from './rotate-webhook-secret.use-case.js';
import { ownerOf } from './webhook-audience.rules.js';
import { WebhookDto, WebhookWithSecretDto } from './webhooks.dto.js';
import { WebhookQueries } from './webhooks.queries.js';

@Controller('webhooks')
export class WebhookSwitchesController {
  constructor(
    private readonly queries: WebhookQueries,
    private readonly disableWebhook: DisableWebhook,
    private readonly enableWebhook: EnableWebhook,
    private readonly rotateWebhookSecret: RotateWebhookSecret,
  ) {}

  @ApiOperation({ summary: 'Send nothing to an endpoint for now' })
  @Post(':id/disable')
  @Can('webhook:write')
  @Writes()
  @Answers(WebhookDto)
  async disable(@Id() id: string, @IfMatch() version: number, @Actor() principal: Principal, @Tx() tx: Tx): Promise<WebhookDto> {
    const owner = ownerOf(principal);
    await this.disableWebhook.execute({ id, owner, version }, tx);
    return this.queries.get(id, owner, tx);
  }

  @ApiOperation({ summary: 'Send to an endpoint again' })
  @Post(':id/enable')
  @Can('webhook:write')
  @Writes()
  @Answers(WebhookDto)
  async enable(@Id() id: string, @IfMatch() version: number, @Actor() principal: Principal, @Tx() tx: Tx): Promise<WebhookDto> {
    const owner = ownerOf(principal);
    await this.enableWebhook.execute({ id, owner, version }, tx);
    return this.queries.get(id, owner, tx);
  }

  @ApiOperation({ summary: 'Give an endpoint a new secret, shown once; both sign during the overlap' })
  @Post(':id/rotate-secret')
  @Can('webhook:write')
  @Writes({ key: 'required', secretFields: ['secret'] })
  @Answers(WebhookWithSecretDto)
  async rotate(@Id() id: string, @IfMatch() version: number, @Actor() principal: Principal, @Tx() tx: Tx): Promise<WebhookWithSecretDto> {
    const owner = ownerOf(principal);
    const { secret } = await this.rotateWebhookSecret.execute({ id, owner, version }, tx);
    return { ...(await this.queries.get(id, owner, tx)), secret };
  }
}
