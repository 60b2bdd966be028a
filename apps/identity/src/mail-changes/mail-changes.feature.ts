import { defineFeature } from '@ciep/platform';
import { ConfirmMailChange } from './confirm-mail-change.use-case.js';
import { MailChange } from './mail-change.entity.js';
import { MailChangePages } from './mail-change-pages.service.js';
import { MailChangeRepository } from './mail-change.repository.js';
import { MailChangeQueries } from './mail-changes.queries.js';
import { MailRenewal } from './mail-renewal.service.js';
import { MyMailController } from './my-mail.controller.js';
import { OpenMailChange } from './open-mail-change.service.js';
import { RequestMailChange } from './request-mail-change.use-case.js';

export const mailChanges = defineFeature({
  controllers: [MyMailController],
  providers: [ConfirmMailChange, MailChangePages, MailChangeQueries, MailChangeRepository, MailRenewal, OpenMailChange, RequestMailChange],
  entities: [MailChange],
  // The page behind a link says for so long why it does not work.
  retention: [{ table: 'mail_changes', since: 'updated_at', keep: '30 days' }],
});
