import {
  applicationApproved,
  applicationBoothSwapped,
  applicationConfirmed,
  applicationEndorsed,
  applicationEndorsementWithdrawn,
  applicationPayByExtended,
  applicationReallocated,
  applicationReallocationRefused,
  applicationRejected,
  applicationReleased,
  applicationReturned,
  applicationSubmitted,
  applicationWithdrawn,
  type ApplicationApproved,
  type ApplicationBoothSwapped,
  type ApplicationConfirmed,
  type ApplicationEndorsed,
  type ApplicationEndorsementWithdrawn,
  type ApplicationPayByExtended,
  type ApplicationReallocated,
  type ApplicationReallocationRefused,
  type ApplicationRejected,
  type ApplicationReleased,
  type ApplicationReturned,
  type ApplicationSubmitted,
  type ApplicationWithdrawn,
} from '@ciep/contracts';
import { ReactsTo, type ReactionContext } from '@ciep/platform';
import { Controller } from '@nestjs/common';
import { MailQueue, type MailOrder } from './mail-queue.service.js';
import { toExhibitor, toPartner, type Concerned } from './recipients.rules.js';

type Data = MailOrder['data'];

@Controller()
export class WriteMailsWhenApplicationMoves {
  constructor(private readonly mails: MailQueue) {}

  @ReactsTo(applicationSubmitted)
  async submitted(data: ApplicationSubmitted, context: ReactionContext): Promise<void> {
    await this.tellBoth('application-submitted', data, { applicationId: data.applicationId, late: data.late }, context);
  }

  @ReactsTo(applicationEndorsed)
  async endorsed(data: ApplicationEndorsed, context: ReactionContext): Promise<void> {
    await this.tellExhibitor('application-endorsed', data, { applicationId: data.applicationId }, context);
  }

  @ReactsTo(applicationEndorsementWithdrawn)
  async endorsementWithdrawn(data: ApplicationEndorsementWithdrawn, context: ReactionContext): Promise<void> {
    await this.tellExhibitor('application-endorsement-withdrawn', data, { applicationId: data.applicationId }, context);
  }

  @ReactsTo(applicationReturned)
  async returned(data: ApplicationReturned, context: ReactionContext): Promise<void> {
    await this.tellExhibitor('application-returned', data, { applicationId: data.applicationId, correctBy: data.correctBy }, context);
  }

  @ReactsTo(applicationRejected)
  async rejected(data: ApplicationRejected, context: ReactionContext): Promise<void> {
    await this.tellBoth('application-rejected', data, { applicationId: data.applicationId }, context);
  }

  @ReactsTo(applicationApproved)
  async approved(data: ApplicationApproved, context: ReactionContext): Promise<void> {
    await this.tellBoth(
      'application-approved',
      data,
      { applicationId: data.applicationId, boothNumber: data.boothNumber, payBy: data.payBy },
      context,
    );
  }

  @ReactsTo(applicationBoothSwapped)
  async boothSwapped(data: ApplicationBoothSwapped, context: ReactionContext): Promise<void> {
    await this.tellExhibitor(
      'application-booth-swapped',
      data,
      { applicationId: data.applicationId, boothNumber: data.boothNumber },
      context,
    );
  }

  @ReactsTo(applicationPayByExtended)
  async payByExtended(data: ApplicationPayByExtended, context: ReactionContext): Promise<void> {
    await this.tellExhibitor('application-pay-by-extended', data, { applicationId: data.applicationId, payBy: data.payBy }, context);
  }

  @ReactsTo(applicationWithdrawn)
  async withdrawn(data: ApplicationWithdrawn, context: ReactionContext): Promise<void> {
    await this.tellBoth('application-withdrawn', data, { applicationId: data.applicationId }, context);
  }

  @ReactsTo(applicationReleased)
  async released(data: ApplicationReleased, context: ReactionContext): Promise<void> {
    await this.tellBoth('application-released', data, { applicationId: data.applicationId, reason: data.reason }, context);
  }

  @ReactsTo(applicationReallocated)
  async reallocated(data: ApplicationReallocated, context: ReactionContext): Promise<void> {
    await this.tellBoth('application-reallocated', data, { applicationId: data.applicationId, boothNumber: data.boothNumber }, context);
  }

  @ReactsTo(applicationReallocationRefused)
  async reallocationRefused(data: ApplicationReallocationRefused, context: ReactionContext): Promise<void> {
    await this.tellExhibitor('application-reallocation-refused', data, { applicationId: data.applicationId }, context);
  }

  @ReactsTo(applicationConfirmed)
  async confirmed(data: ApplicationConfirmed, context: ReactionContext): Promise<void> {
    await this.tellBoth('application-confirmed', data, { applicationId: data.applicationId, boothNumber: data.boothNumber }, context);
  }

  private tellExhibitor(template: string, concerned: Concerned, data: Data, { tx, event }: ReactionContext): Promise<void> {
    return this.mails.order(event.id, [toExhibitor(template, concerned, data)], tx);
  }

  private tellBoth(template: string, concerned: Concerned, data: Data, { tx, event }: ReactionContext): Promise<void> {
    return this.mails.order(event.id, [toExhibitor(template, concerned, data), ...toPartner(template, concerned, data)], tx);
  }
}
