import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { MailNotFailed } from './mail.errors.js';
import { MailQueue } from './mail-queue.service.js';
import { MailQueries } from './mails.queries.js';

@Injectable()
export class RetryMail {
  constructor(
    private readonly queue: MailQueue,
    private readonly mails: MailQueries,
  ) {}

  async execute({ id }: { id: string }, tx: Tx): Promise<void> {
    await this.mails.get(id, tx);
    if (!(await this.queue.again(id, tx))) throw new MailNotFailed(id);
  }
}
