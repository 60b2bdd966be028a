import { Clock } from '@ciep/kernel';
import { Database, defineFeature } from '@ciep/platform';
import { NotificationConfig } from '../notification.config.js';
import { DevelopmentMailsController } from './development-mails.controller.js';
import { DevelopmentMailQueries } from './development-mails.queries.js';
import { Directory } from './directory.service.js';
import { InternalReads } from './internal-reads.service.js';
import { Letters, ownTemplates } from './letters.service.js';
import { mailInvariants, MailQueue } from './mail-queue.service.js';
import { MailWriter } from './mail-writer.service.js';
import { MailsController } from './mails.controller.js';
import { MailQueries } from './mails.queries.js';
import { PostOffice } from './post-office.service.js';
import { ReadableOutbox } from './readable-outbox.service.js';
import { RetryMail } from './retry-mail.use-case.js';
import { SendMails } from './send-mails.job.js';
import { SmtpPostOffice } from './smtp-post-office.service.js';
import { WriteMails } from './write-mails.reaction.js';

export const mails = defineFeature({
  controllers: [DevelopmentMailsController, MailsController],
  reactions: [WriteMails],
  jobs: [SendMails],
  providers: [
    DevelopmentMailQueries,
    Directory,
    InternalReads,
    { provide: Letters, useFactory: () => new Letters(ownTemplates) },
    MailQueries,
    MailQueue,
    MailWriter,
    RetryMail,
    {
      provide: PostOffice,
      inject: [NotificationConfig, Database, Clock],
      useFactory: ({ smtpUrl, mailFrom }: NotificationConfig, database: Database, clock: Clock) =>
        smtpUrl === undefined ? new ReadableOutbox(database, clock) : new SmtpPostOffice(smtpUrl, mailFrom),
    },
  ],
  invariants: mailInvariants,
  retention: [{ table: 'development_mails', since: 'created_at', keep: '7 days' }],
});
