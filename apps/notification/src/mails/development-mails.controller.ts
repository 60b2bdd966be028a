import { About, Answers, AnswersPage, Id, Public, type Page } from '@ciep/platform';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { DevelopmentMailDto, DevelopmentMailListQuery } from './development-mails.dto.js';
import { DevelopmentMailQueries } from './development-mails.queries.js';

@About('Mails that a development installation keeps instead of sending them 开发环境邮件：留存而不发送的邮件')
@Controller('development/mails')
export class DevelopmentMailsController {
  constructor(private readonly queries: DevelopmentMailQueries) {}

  @ApiOperation({ operationId: 'listDevelopmentMails', summary: 'Mails of a development platform, which sends none 开发环境留存的邮件' })
  @Get()
  @Public()
  @AnswersPage(DevelopmentMailDto)
  list(@Query() query: DevelopmentMailListQuery): Promise<Page<DevelopmentMailDto>> {
    return this.queries.list(query);
  }

  @ApiOperation({ operationId: 'getDevelopmentMail', summary: 'One mail of a development platform 开发环境的一封邮件' })
  @Get(':id')
  @Public()
  @Answers(DevelopmentMailDto)
  read(@Id() id: string): Promise<DevelopmentMailDto> {
    return this.queries.get(id);
  }
}
