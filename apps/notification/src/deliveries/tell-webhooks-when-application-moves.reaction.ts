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
import { DeliveryQueue } from './delivery-queue.service.js';

@Controller()
export class TellWebhooksWhenApplicationMoves {
  constructor(private readonly deliveries: DeliveryQueue) {}

  @ReactsTo(applicationSubmitted)
  submitted(data: ApplicationSubmitted, context: ReactionContext): Promise<void> {
    return this.deliveries.tell(data, context);
  }

  @ReactsTo(applicationEndorsed)
  endorsed(data: ApplicationEndorsed, context: ReactionContext): Promise<void> {
    return this.deliveries.tell(data, context);
  }

  @ReactsTo(applicationEndorsementWithdrawn)
  endorsementWithdrawn(data: ApplicationEndorsementWithdrawn, context: ReactionContext): Promise<void> {
    return this.deliveries.tell(data, context);
  }

  @ReactsTo(applicationReturned)
  returned(data: ApplicationReturned, context: ReactionContext): Promise<void> {
    return this.deliveries.tell(data, context);
  }

  @ReactsTo(applicationRejected)
  rejected(data: ApplicationRejected, context: ReactionContext): Promise<void> {
    return this.deliveries.tell(data, context);
  }

  @ReactsTo(applicationApproved)
  approved(data: ApplicationApproved, context: ReactionContext): Promise<void> {
    return this.deliveries.tell(data, context);
  }

  @ReactsTo(applicationBoothSwapped)
  boothSwapped(data: ApplicationBoothSwapped, context: ReactionContext): Promise<void> {
    return this.deliveries.tell(data, context);
  }

  @ReactsTo(applicationPayByExtended)
  payByExtended(data: ApplicationPayByExtended, context: ReactionContext): Promise<void> {
    return this.deliveries.tell(data, context);
  }

  @ReactsTo(applicationWithdrawn)
  withdrawn(data: ApplicationWithdrawn, context: ReactionContext): Promise<void> {
    return this.deliveries.tell(data, context);
  }

  @ReactsTo(applicationReleased)
  released(data: ApplicationReleased, context: ReactionContext): Promise<void> {
    return this.deliveries.tell(data, context);
  }

  @ReactsTo(applicationReallocated)
  reallocated(data: ApplicationReallocated, context: ReactionContext): Promise<void> {
    return this.deliveries.tell(data, context);
  }

  @ReactsTo(applicationReallocationRefused)
  reallocationRefused(data: ApplicationReallocationRefused, context: ReactionContext): Promise<void> {
    return this.deliveries.tell(data, context);
  }

  @ReactsTo(applicationConfirmed)
  confirmed(data: ApplicationConfirmed, context: ReactionContext): Promise<void> {
    return this.deliveries.tell(data, context);
  }
}
