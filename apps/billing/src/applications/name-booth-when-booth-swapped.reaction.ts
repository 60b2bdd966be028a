import { applicationBoothSwapped, type ApplicationBoothSwapped } from '@ciep/contracts';
import { ReactsTo, type ReactionContext } from '@ciep/platform';
import { Controller } from '@nestjs/common';
import { NameSwappedBooth } from '../invoices/name-swapped-booth.use-case.js';

@Controller()
export class NameBoothWhenBoothSwapped {
  constructor(private readonly nameSwappedBooth: NameSwappedBooth) {}

  @ReactsTo(applicationBoothSwapped)
  async on(swapped: ApplicationBoothSwapped, { tx, event }: ReactionContext): Promise<void> {
    await this.nameSwappedBooth.execute({ applicationId: swapped.applicationId, version: event.aggregateversion, booth: swapped }, tx);
  }
}
