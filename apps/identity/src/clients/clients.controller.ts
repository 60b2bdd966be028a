import { NotFound } from '@ciep/kernel';
import { Answers, AnswersPage, Can, Id, IfMatch, Tx, Writes, type Page } from '@ciep/platform';
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { ClientDto, ListClientsQuery, NewSecretDto, RotateSecretDto } from './clients.dto.js';
import { ClientQueries } from './clients.queries.js';
import { RotateSecret } from './rotate-secret.use-case.js';

@Controller('clients')
export class ClientsController {
  constructor(
    private readonly queries: ClientQueries,
    private readonly rotateSecret: RotateSecret,
  ) {}

  @ApiOperation({ summary: 'Programs that are known as clients' })
  @Get()
  @Can('client:read')
  @AnswersPage(ClientDto)
  list(@Query() query: ListClientsQuery): Promise<Page<ClientDto>> {
    return this.queries.page(query);
  }

  @ApiOperation({ summary: 'One client' })
  @Get(':id')
  @Can('client:read')
  @Answers(ClientDto)
  async read(@Id() id: string): Promise<ClientDto> {
    const client = await this.queries.one(id);
    if (!client) throw new NotFound('client', id);
    return client;
  }

  @ApiOperation({ summary: 'Give a client a new secret, shown once; the old one ends after the overlap' })
  @Post(':id/rotate-secret')
  @Can('client:rotate')
  @Writes({ key: 'required', secretFields: ['secret'] })
  @Answers(NewSecretDto)
  rotate(@Id() id: string, @IfMatch() version: number, @Body() body: RotateSecretDto, @Tx() tx: Tx): Promise<NewSecretDto> {
    return this.rotateSecret.execute({ id, version, ...body }, tx);
  }
}
