import { About, Answers, Can, Id, IfMatch, Share, Tx, Writes } from '@ciep/platform';
import { Controller, Post } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { DisableWebhook } from './disable-webhook.use-case.js';
import { EnableWebhook } from './enable-webhook.use-case.js';
import { RotateWebhookSecret } from './rotate-webhook-secret.use-case.js';
import type { Owner } from './webhook-audience.rules.js';
import { WebhookOwners } from './webhook-owner.service.js';
import { WebhookDto, WebhookWithSecretDto } from './webhooks.dto.js';
import { WebhookQueries } from './webhooks.queries.js';

@About('Endpoints switched on and off, and their secrets renewed 推送地址的启停与密钥：暂停、恢复、更换密钥')
@Controller('webhooks')
export class WebhookSwitchesController {
  constructor(
    private readonly queries: WebhookQueries,
    private readonly disableWebhook: DisableWebhook,
    private readonly enableWebhook: EnableWebhook,
    private readonly rotateWebhookSecret: RotateWebhookSecret,
  ) {}

  @ApiOperation({ operationId: 'disableWebhook', summary: 'Send nothing to an endpoint for now 暂停推送' })
  @Post(':id/disable')
  @Can('webhook:write')
  @Writes()
  @Answers(WebhookDto)
  async disable(@Id() id: string, @IfMatch() version: number, @Share(WebhookOwners) owner: Owner, @Tx() tx: Tx): Promise<WebhookDto> {
    await this.disableWebhook.execute({ id, owner, version }, tx);
    return this.queries.get(id, owner, tx);
  }

  @ApiOperation({ operationId: 'enableWebhook', summary: 'Send to an endpoint again 恢复推送' })
  @Post(':id/enable')
  @Can('webhook:write')
  @Writes()
  @Answers(WebhookDto)
  async enable(@Id() id: string, @IfMatch() version: number, @Share(WebhookOwners) owner: Owner, @Tx() tx: Tx): Promise<WebhookDto> {
    await this.enableWebhook.execute({ id, owner, version }, tx);
    return this.queries.get(id, owner, tx);
  }

  @ApiOperation({
    operationId: 'rotateWebhookSecret',
    summary: 'Give an endpoint a new secret, shown once; both sign during the overlap 更换签名密钥，新密钥只显示一次',
  })
  @Post(':id/rotate-secret')
  @Can('webhook:write')
  @Writes({ key: 'required', secretFields: ['secret'] })
  @Answers(WebhookWithSecretDto)
  async rotate(
    @Id() id: string,
    @IfMatch() version: number,
    @Share(WebhookOwners) owner: Owner,
    @Tx() tx: Tx,
  ): Promise<WebhookWithSecretDto> {
    const { secret } = await this.rotateWebhookSecret.execute({ id, owner, version }, tx);
    return { ...(await this.queries.get(id, owner, tx)), secret };
  }
}
