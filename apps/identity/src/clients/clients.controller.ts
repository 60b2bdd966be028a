import { About, Answers, AnswersPage, Can, Id, IfMatch, Tx, Writes, type Page } from '@ciep/platform';
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { ClientDto, ListClientsQuery, NewSecretDto, RotateSecretDto } from './clients.dto.js';
import { ClientQueries } from './clients.queries.js';
import { DisableClient } from './disable-client.use-case.js';
import { EnableClient } from './enable-client.use-case.js';
import { RotateSecret } from './rotate-secret.use-case.js';

@About('Programs that call the API in their own name 客户端：以自身名义调用接口的程序')
@Controller('clients')
export class ClientsController {
  constructor(
    private readonly queries: ClientQueries,
    private readonly rotateSecret: RotateSecret,
    private readonly disableClient: DisableClient,
    private readonly enableClient: EnableClient,
  ) {}

  @ApiOperation({ operationId: 'listClients', summary: 'Programs that are known as clients 客户端列表' })
  @Get()
  @Can('client:read')
  @AnswersPage(ClientDto)
  list(@Query() query: ListClientsQuery): Promise<Page<ClientDto>> {
    return this.queries.page(query);
  }

  @ApiOperation({ operationId: 'getClient', summary: 'One client 一个客户端' })
  @Get(':id')
  @Can('client:read')
  @Answers(ClientDto)
  read(@Id() id: string): Promise<ClientDto> {
    return this.queries.get(id);
  }

  @ApiOperation({
    operationId: 'rotateClientSecret',
    summary: 'Give a client a new secret, shown once; the old one ends after the overlap 更换客户端密钥，新密钥只显示一次',
  })
  @Post(':id/rotate-secret')
  @Can('client:rotate')
  @Writes({ key: 'required', secretFields: ['secret'] })
  @Answers(NewSecretDto)
  rotate(@Id() id: string, @IfMatch() version: number, @Body() body: RotateSecretDto, @Tx() tx: Tx): Promise<NewSecretDto> {
    return this.rotateSecret.execute({ id, version, ...body }, tx);
  }

  @ApiOperation({ operationId: 'disableClient', summary: 'Give a client no more tokens, and let nobody log in through it 停用客户端' })
  @Post(':id/disable')
  @Can('client:switch')
  @Writes()
  @Answers(ClientDto)
  async disable(@Id() id: string, @IfMatch() version: number, @Tx() tx: Tx): Promise<ClientDto> {
    await this.disableClient.execute({ id, version }, tx);
    return this.queries.get(id, tx);
  }

  @ApiOperation({ operationId: 'enableClient', summary: 'Give a disabled client tokens again 恢复客户端' })
  @Post(':id/enable')
  @Can('client:switch')
  @Writes()
  @Answers(ClientDto)
  async enable(@Id() id: string, @IfMatch() version: number, @Tx() tx: Tx): Promise<ClientDto> {
    await this.enableClient.execute({ id, version }, tx);
    return this.queries.get(id, tx);
  }
}
