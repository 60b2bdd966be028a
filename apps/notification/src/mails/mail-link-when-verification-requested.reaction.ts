import { verificationRequested, type VerificationPurpose, type VerificationRequested } from '@ciep/contracts';
import { ReactsTo, type ReactionContext } from '@ciep/platform';
import { Controller } from '@nestjs/common';
import { MailQueue } from './mail-queue.service.js';

/** Who is registered already is told so, and gets no link (docs/rules.md#registration). */
const templates: Readonly<Record<VerificationPurpose, string>> = {
  registration: 'verification-requested',
  already_registered: 'already-registered',
};

@Controller()
export class MailLinkWhenVerificationRequested {
  constructor(private readonly mails: MailQueue) {}

  @ReactsTo(verificationRequested)
  async on({ verificationId, purpose }: VerificationRequested, { tx, event }: ReactionContext): Promise<void> {
    await this.mails.order(event.id, [{ template: templates[purpose], to: { kind: 'verification', key: verificationId }, data: {} }], tx);
  }
}
