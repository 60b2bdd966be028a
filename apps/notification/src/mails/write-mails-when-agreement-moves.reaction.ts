import {
  agreementGenerated,
  agreementSealRefused,
  agreementSealVerified,
  type AgreementGenerated,
  type AgreementSealRefused,
  type AgreementSealVerified,
} from '@ciep/contracts';
import { ReactsTo, type ReactionContext } from '@ciep/platform';
import { Controller } from '@nestjs/common';
import { MailQueue, type MailOrder } from './mail-queue.service.js';
import { toExhibitor, type Concerned } from './recipients.rules.js';

@Controller()
export class WriteMailsWhenAgreementMoves {
  constructor(private readonly mails: MailQueue) {}

  @ReactsTo(agreementGenerated)
  async generated(data: AgreementGenerated, context: ReactionContext): Promise<void> {
    await this.tell('agreement-generated', data, { applicationId: data.applicationId, agreementVersion: data.agreementVersion }, context);
  }

  @ReactsTo(agreementSealVerified)
  async sealVerified(data: AgreementSealVerified, context: ReactionContext): Promise<void> {
    await this.tell('agreement-seal-verified', data, { applicationId: data.applicationId }, context);
  }

  @ReactsTo(agreementSealRefused)
  async sealRefused(data: AgreementSealRefused, context: ReactionContext): Promise<void> {
    await this.tell('agreement-seal-refused', data, { applicationId: data.applicationId }, context);
  }

  private tell(template: string, concerned: Concerned, data: MailOrder['data'], { tx, event }: ReactionContext): Promise<void> {
    return this.mails.order(event.id, [toExhibitor(template, concerned, data)], tx);
  }
}
