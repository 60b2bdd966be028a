import { verificationRequested, type VerificationRequested } from '@ciep/contracts';
import { ReactsTo, type ReactionContext } from '@ciep/platform';
import { Controller } from '@nestjs/common';
import { MailQueue } from './mail-queue.service.js';

@Controller()
export class MailLinkWhenVerificationRequested {
  constructor(private readonly mails: MailQueue) {}

  @ReactsTo(verificationRequested)
  async on({ verificationId }: VerificationRequested, { tx, event }: ReactionContext): Promise<void> {
    await this.mails.order(
      event.id,
      [{ template: 'verification-requested', to: { kind: 'verification', key: verificationId }, data: {} }],
      tx,
    );
  }
}
