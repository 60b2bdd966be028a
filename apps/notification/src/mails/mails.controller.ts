import { Answers, AnswersPage, Can, Id, Tx, Writes, type Page } from '@ciep/platform';
import { Controller, Get, Post, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { MailDto, MailListQuery } from './mails.dto.js';
import { MailQueries } from './mails.queries.js';
import { RetryMail } from './retry-mail.use-case.js';

@Controller('mails')
export class MailsController {
  constructor(
    private readonly queries: MailQueries,
    private readonly retryMail: RetryMail,
  ) {}

  @ApiOperation({ summary: 'Mails that were or will be sent, without addresses and text' })
  @Get()
  @Can('mail:read')
  @AnswersPage(MailDto)
  list(@Query() query: MailListQuery): Promise<Page<MailDto>> {
    return this.queries.list(query);
  }

  @ApiOperation({ summary: 'One mail, without address and text' })
  @Get(':id')
  @Can('mail:read')
  @Answers(MailDto)
  read(@Id() id: string): Promise<MailDto> {
    return this.queries.get(id);
  }

  @ApiOperation({ summary: 'Try a failed mail again' })
  @Post(':id/retry')
  @Can('mail:retry')
  @Writes()
  @Answers(MailDto)
  async retry(@Id() id: string, @Tx() tx: Tx): Promise<MailDto> {
    await this.retryMail.execute({ id }, tx);
    return this.queries.get(id, tx);
  }
}
