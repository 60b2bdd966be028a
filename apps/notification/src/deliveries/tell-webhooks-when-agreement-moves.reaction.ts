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
import { DeliveryQueue } from './delivery-queue.service.js';

@Controller()
export class TellWebhooksWhenAgreementMoves {
  constructor(private readonly deliveries: DeliveryQueue) {}

  @ReactsTo(agreementGenerated)
  generated(data: AgreementGenerated, context: ReactionContext): Promise<void> {
    return this.deliveries.tell(data, context);
  }

  @ReactsTo(agreementSealVerified)
  sealVerified(data: AgreementSealVerified, context: ReactionContext): Promise<void> {
    return this.deliveries.tell(data, context);
  }

  @ReactsTo(agreementSealRefused)
  sealRefused(data: AgreementSealRefused, context: ReactionContext): Promise<void> {
    return this.deliveries.tell(data, context);
  }
}
