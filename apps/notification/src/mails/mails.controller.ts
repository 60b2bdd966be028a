import { About, Answers, AnswersPage, Can, Id, Tx, Writes, type Page } from '@ciep/platform';
import { Controller, Get, Post, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { MailDto, MailListQuery } from './mails.dto.js';
import { MailQueries } from './mails.queries.js';
import { RetryMail } from './retry-mail.use-case.js';

@About('Mails, their delivery and repetition 邮件：发送情况与重发')
@Controller('mails')
export class MailsController {
  constructor(
    private readonly queries: MailQueries,
    private readonly retryMail: RetryMail,
  ) {}

  @ApiOperation({
    operationId: 'listMails',
    summary: 'Mails that were or will be sent, without addresses and text 已发和待发邮件（不含地址和正文）',
  })
  @Get()
  @Can('mail:read')
  @AnswersPage(MailDto)
  list(@Query() query: MailListQuery): Promise<Page<MailDto>> {
    return this.queries.list(query);
  }

  @ApiOperation({ operationId: 'getMail', summary: 'One mail, without address and text 一封邮件（不含地址和正文）' })
  @Get(':id')
  @Can('mail:read')
  @Answers(MailDto)
  read(@Id() id: string): Promise<MailDto> {
    return this.queries.get(id);
  }

  @ApiOperation({ operationId: 'retryMail', summary: 'Try a failed mail again 重发失败的邮件' })
  @Post(':id/retry')
  @Can('mail:retry')
  @Writes()
  @Answers(MailDto)
  async retry(@Id() id: string, @Tx() tx: Tx): Promise<MailDto> {
    await this.retryMail.execute({ id }, tx);
    return this.queries.get(id, tx);
  }
}
